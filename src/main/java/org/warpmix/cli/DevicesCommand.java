package org.warpmix.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.warpmix.backend.cuda.Discovery;
import org.warpmix.backend.cuda.LibraryFetch;
import org.warpmix.report.DevicesJson;
import org.warpmix.report.DevicesSummary;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code warpmix devices}: what fits can be made on here; with {@code --fetch}, first gets CUDA's libraries. */
final class DevicesCommand {

    static final String NAME = "devices";

    private static final long MB = 1_000_000;

    private DevicesCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = Usage.command(
                NAME,
                "warpmix devices [OPTION …]",
                "Shows the backends of this machine, and what is missing for those that are not available.",
                "warpmix devices");
        spec.addOption(Usage.flag(
                "--fetch",
                "First fetch the CUDA 12.6 libraries (810 MB, 1.25 GB on disk) into the cache: for a machine with an"
                        + " NVIDIA driver and no CUDA 12 toolkit."));
        spec.addOption(Usage.value(
                "--repository", "URL", "Where to fetch from, laid out as Maven Central, which it is by default."));
        spec.addOption(Usage.value("--json", "FILE", "Write JSON, - for standard output (then nothing else)."));
        return spec;
    }

    static void run(ParseResult request, OutputStream out, PrintStream err) throws IOException {
        String json = Usage.text(request, "--json");
        Output.check(json);
        String repository = Usage.text(request, "--repository");
        if (Usage.has(request, "--fetch")) {
            fetch(LibraryFetch.from(repository == null ? LibraryFetch.CENTRAL : repository), err);
        } else if (repository != null) {
            throw Usage.wrong(request, "--repository is for --fetch.");
        }
        int processors = Runtime.getRuntime().availableProcessors();
        Discovery cuda = Discovery.cuda();
        String visible = System.getenv("CUDA_VISIBLE_DEVICES");
        if (json != null) {
            Output.write(json, out, writer -> DevicesJson.write(processors, cuda, visible, writer));
        }
        if (!Output.STANDARD.equals(json)) {
            Output.text(out, DevicesSummary.of(processors, cuda, visible));
        }
    }

    private static void fetch(LibraryFetch fetch, PrintStream err) throws IOException {
        long bytes = fetch.bytesToFetch();
        if (bytes == 0) {
            err.println("warpmix: the CUDA 12.6 libraries are in " + fetch.folder() + " already.");
            return;
        }
        err.println("warpmix: fetching " + bytes / MB + " MB of NVIDIA's CUDA 12.6 libraries, "
                + fetch.bytesOnDisk() / MB + " MB on disk, into " + fetch.folder()
                + ". They come under NVIDIA's terms, " + LibraryFetch.LICENCE
                + ". Ctrl-C stops; run again, it goes on from there.");
        try (Progress progress = Progress.of(err, bytes / MB, false)) {
            fetch.run(done -> progress.update(done / MB));
        }
    }
}
