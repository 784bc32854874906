package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/**
 * A command whose run is cut into units: it takes {@code --checkpoint} and {@code --shard}, and {@code merge} finishes it. To be one
 * a command
 * <ol>
 *   <li>adds {@link LongRun#addTo} to its options,
 *   <li>asks {@link LongRun#open} for the store of its units, telling what its run is,
 *   <li>computes the units of {@link LongRun#shard} that the store lacks, say by {@link org.warpmix.unit.UnitRun},
 *   <li>asks {@link LongRun#ends}, and if so returns,
 *   <li>and computes its results from the units in the store, in their order,
 *   <li>and has an entry in {@link #ALL}.
 * </ol>
 * That is all: where merge calls it, the store has every unit.
 */
@FunctionalInterface
interface LongCommand {

    /** All of them by their names. */
    Map<String, LongCommand> ALL = Map.of(
            BootstrapCommand.NAME, BootstrapCommand::run,
            PermuteCommand.NAME, PermuteCommand::run,
            ConfintCommand.NAME, ConfintCommand::run,
            SimulateCommand.NAME, SimulateCommand::run,
            PowerCommand.NAME, PowerCommand::run,
            ManyCommand.NAME, ManyCommand::run);

    /**
     * Does what is asked for.
     *
     * @param run where the units are, and which of them to compute
     */
    void run(ParseResult request, LongRun run, OutputStream out, PrintStream err) throws IOException;
}
