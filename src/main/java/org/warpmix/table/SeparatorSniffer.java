package org.warpmix.table;

import java.nio.CharBuffer;

/**
 * Finds the separator of a delimited text from its first records.
 * <p>Of comma, tab, semicolon and pipe the one that cuts all records into the same number of fields, the larger the
 * better; then one that gives the header a field less than the rows, as R writes row names; else the one that cuts
 * the header into most fields. Separators and line breaks in quotes do not count.
 */
final class SeparatorSniffer {

    private static final String CANDIDATES = ",\t;|";
    private static final int RECORDS = 50;

    private final CharBuffer text;
    private final boolean complete;
    private int position;

    private SeparatorSniffer(CharBuffer text, boolean complete) {
        this.text = text;
        this.complete = complete;
    }

    /**
     * The separator; comma where there is none.
     *
     * @param text the beginning of a file
     * @param complete whether the text is all of it, so that its last record is whole
     */
    static char sniff(CharBuffer text, boolean complete) {
        SeparatorSniffer sniffer = new SeparatorSniffer(text, complete);
        char best = ',';
        long bestScore = 0;
        for (int i = 0; i < CANDIDATES.length(); i++) {
            long score = sniffer.score(CANDIDATES.charAt(i));
            if (score > bestScore) {
                best = CANDIDATES.charAt(i);
                bestScore = score;
            }
        }
        return best;
    }

    /** Grows with the fields; a better kind of agreement outweighs any number of them; 0 is no separator at all. */
    private long score(char separator) {
        position = 0;
        int header = fieldsOfNextRecord(separator);
        int rows = 0;
        boolean agree = true;
        for (int record = 1; record < RECORDS && position < text.length(); record++) {
            int fields = fieldsOfNextRecord(separator);
            boolean whole = position < text.length() || complete;
            if (fields > 0 && whole) {
                agree &= rows == 0 || rows == fields;
                rows = fields;
            }
        }
        long most = Math.max(header, rows);
        if (most <= 1) {
            return 0;
        }
        if (agree && (rows == 0 || rows == header)) {
            return (2L << 32) + most;
        }
        return agree && header > 1 && rows == header + 1 ? (1L << 32) + most : header - 1;
    }

    /** Passes over blank lines and one record; 0 where only blank lines are left. */
    private int fieldsOfNextRecord(char separator) {
        while (position < text.length() && isLineBreak(text.charAt(position))) {
            position++;
        }
        int fields = position < text.length() ? 1 : 0;
        boolean fieldStart = true;
        boolean quoted = false;
        while (position < text.length()) {
            char c = text.charAt(position++);
            if (c == '"' && (quoted || fieldStart)) {
                // A doubled quote closes and opens again.
                quoted = !quoted;
                fieldStart = true;
            } else if (!quoted) {
                if (isLineBreak(c)) {
                    break;
                }
                fieldStart = c == separator;
                fields += fieldStart ? 1 : 0;
            }
        }
        return fields;
    }

    private static boolean isLineBreak(char c) {
        return c == '\n' || c == '\r';
    }
}
