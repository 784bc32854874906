package org.warpmix.report;

import java.util.Locale;
import org.warpmix.backend.cuda.Discovery;

/** The backends of this machine in a page of text. */
public final class DevicesSummary {

    private static final double GIB = 1L << 30;

    private DevicesSummary() {}

    /**
     * The page.
     *
     * @param processors that the CPU backend uses
     * @param visible CUDA_VISIBLE_DEVICES, or {@code null} where it is not set
     * @return lines that end with a line feed each
     */
    public static String of(int processors, Discovery cuda, String visible) {
        Page page = new Page();
        TextTable backends = new TextTable(3, "Backend", "Status", "");
        backends.add("cpu", "AVAILABLE", processors + (processors == 1 ? " processor" : " processors"));
        backends.add("cuda", cuda.status().name(), cuda.driver() == null ? "" : "driver for CUDA " + cuda.driver());
        page.table(backends);
        for (Discovery.Card card : cuda.cards()) {
            page.line("");
            page.paragraph(card(card));
        }
        if (!cuda.libraries().isEmpty()) {
            page.line("");
            TextTable libraries = new TextTable(2, "Library", "File");
            for (Discovery.Library library : cuda.libraries()) {
                libraries.add(library.name(), library.path() == null ? "not found" : library.path());
            }
            page.table(libraries);
        }
        if (visible != null && !cuda.cards().isEmpty()) {
            note(page, "CUDA_VISIBLE_DEVICES=" + visible + " leaves these GPUs; others are not used.");
        }
        if (!cuda.message().isEmpty()) {
            note(page, cuda.message());
        }
        cuda.cards().stream().map(Discovery.Card::problem).forEach(problem -> otherNote(page, problem, cuda));
        cuda.libraries().stream().map(Discovery.Library::problem).forEach(problem -> otherNote(page, problem, cuda));
        return page.toString();
    }

    private static String card(Discovery.Card card) {
        if (card.architecture() == 0) {
            return "GPU " + card.ordinal() + ": not usable";
        }
        return String.format(
                Locale.ROOT,
                "GPU %d: %s, compute capability %s, %.1f of %.1f GiB free%s",
                card.ordinal(),
                card.name(),
                card.capability(),
                card.freeBytes() / GIB,
                card.totalBytes() / GIB,
                card.emulated() ? "; this is the host itself, for tests: it is never chosen unasked" : "");
    }

    private static void otherNote(Page page, String problem, Discovery cuda) {
        if (problem != null && !problem.equals(cuda.message())) {
            note(page, problem);
        }
    }

    private static void note(Page page, String words) {
        page.line("");
        page.paragraph("Note: " + words);
    }
}
