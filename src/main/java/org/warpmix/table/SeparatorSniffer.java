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
        int header = 0;
        int rows = 0;
        boolean agree = true;
        int position = 0;
        for (int record = 0; record < RECORDS && position < text.length(); ) {
            int fields = 1;
            boolean fieldStart = true;
            boolean quoted = false;
            boolean ended = false;
            int start = position;
            while (position < text.length() && !ended) {
                char c = text.charAt(position++);
                if (c == '"' && (quoted || fieldStart)) {
                    // A doubled quote closes and opens again.
                    quoted = !quoted;
                    fieldStart = !quoted || fieldStart;
                } else if (!quoted) {
                    fields += c == separator ? 1 : 0;
                    fieldStart = c == separator;
                    ended = c == '\n' || c == '\r';
                }
            }
            boolean blank = ended && position - start == 1;
            if (blank || (!ended && !complete)) {
                continue;
            }
            if (record++ == 0) {
                header = fields;
            } else {
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
}
