package org.warpmix.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of cells, lined up: the first columns to the left, the others to the right, two spaces between. */
final class TextTable {

    private final int left;
    private final List<String[]> rows = new ArrayList<>();

    /**
     * @param left number of columns that are text rather than numbers
     * @param header one cell per column
     */
    TextTable(int left, String... header) {
        this.left = left;
        rows.add(header);
    }

    /** Adds a row; it may be shorter than the header. */
    void add(String... cells) {
        rows.add(cells);
    }

    /** Writes the lines, without spaces at their ends. */
    void appendTo(StringBuilder text) {
        int[] widths = new int[rows.get(0).length];
        for (String[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                widths[c] = Math.max(widths[c], width(row[c]));
            }
        }
        for (String[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                text.append(c == 0 ? "" : "  ");
                String padding = " ".repeat(widths[c] - width(row[c]));
                text.append(c < left ? "" : padding).append(row[c]).append(c < left ? padding : "");
            }
            int end = text.length();
            while (end > 0 && text.charAt(end - 1) == ' ') {
                end--;
            }
            text.setLength(end);
            text.append('\n');
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
