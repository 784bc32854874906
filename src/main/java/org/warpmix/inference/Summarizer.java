package org.warpmix.inference;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.backend.ReplicateBlock;

/** Sums replicates up as they come: memory does not grow with their number beyond some 100 MB. */
final class Summarizer {

    private static final int MOST_HELD = 1 << 22;
    private static final int FEWEST_HELD = 1 << 12;
    private static final int MOST_BINS = 1 << 18;
    private static final int ALL_BINS = 1 << 23;

    private final Estimands estimands;
    private final Distribution[] columns;
    private final Endings endings = new Endings();

    Summarizer(Estimands estimands) {
        this(estimands, MOST_HELD);
    }

    /** @param mostHeld how many numbers are held, of all columns together, before quantiles come from histograms */
    Summarizer(Estimands estimands, int mostHeld) {
        this.estimands = estimands;
        columns = new Distribution[estimands.columns()];
        int bins = Math.min(MOST_BINS, Integer.highestOneBit(ALL_BINS / columns.length));
        for (int c = 0; c < columns.length; c++) {
            boolean parameter = c < estimands.names().size();
            columns[c] = new Distribution(
                    parameter ? estimands.estimates()[c] : 0,
                    new Quantiles(Math.max(FEWEST_HELD, mostHeld / columns.length), bins));
        }
    }

    void add(ReplicateBlock block) {
        endings.add(block);
        double[][] values = estimands.columns(block);
        for (int c = 0; c < columns.length; c++) {
            columns[c].add(values[c], block.count());
        }
    }

    /** One per parameter; nothing may be added afterwards. */
    List<ParameterSummary> finish() {
        List<ParameterSummary> parameters = new ArrayList<>();
        int size = estimands.names().size();
        for (Distribution column : columns) {
            column.finish();
        }
        for (int c = 0; c < size; c++) {
            int effect = estimands.standardErrors() == null ? -1 : estimands.effect(c);
            parameters.add(new ParameterSummary(
                    estimands.names().get(c),
                    estimands.estimates()[c],
                    effect < 0 ? Double.NaN : estimands.standardErrors()[effect],
                    columns[c],
                    effect < 0 ? null : columns[size + effect]));
        }
        return List.copyOf(parameters);
    }

    Endings endings() {
        return endings;
    }
}
