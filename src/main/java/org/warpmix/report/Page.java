package org.warpmix.report;

import org.warpmix.fit.Fit;
import org.warpmix.likelihood.Method;
import org.warpmix.model.DesignOptions;

/** Text for readers, as it grows: lines, words broken into lines, tables. */
final class Page {

    private static final int WIDTH = 80;

    private final StringBuilder text = new StringBuilder(2048);

    /** What the page is about: a title, the model, the data. */
    void head(String title, Fit fit, String source) {
        line(title + " fit by " + (fit.model().method() == Method.ML ? "maximum likelihood" : "REML"));
        line("Formula: " + fit.model().formula());
        line("Data:    " + source);
        DesignOptions design = fit.model().options();
        if (design.weights() != null) {
            line("Weights: " + design.weights());
        }
        if (design.offset() != null) {
            line("Offset:  " + design.offset());
        }
        if (!fit.keepsRows()) {
            line("Rows:    read once, piece by piece, and not kept");
        }
    }

    void line(String line) {
        text.append(line).append('\n');
    }

    /** Words in lines of at most {@link #WIDTH}, the second and later ones indented. */
    void paragraph(String words) {
        int used = 0;
        for (String word : words.split(" ")) {
            int length = word.codePointCount(0, word.length());
            if (used > 0 && used + 1 + length > WIDTH) {
                text.append("\n ");
                used = 1;
            }
            text.append(used == 0 ? "" : " ").append(word);
            used += (used == 0 ? 0 : 1) + length;
        }
        text.append('\n');
    }

    void table(TextTable table) {
        table.appendTo(text);
    }

    /** What a reader should know of the fit. */
    void notes(Fit fit) {
        for (String warning : fit.warnings()) {
            line("");
            paragraph("Note: " + warning);
        }
    }

    /** Where others may append. */
    StringBuilder text() {
        return text;
    }

    /** The lines, each with a line feed. */
    @Override
    public String toString() {
        return text.toString();
    }
}
