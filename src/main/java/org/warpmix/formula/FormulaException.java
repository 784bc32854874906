package org.warpmix.formula;

/** A formula that cannot be read: what was seen, what was expected, and a caret under the place. */
public final class FormulaException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;
    private static final int WINDOW = 60;

    private final String reason;
    private final int position;

    /**
     * @param reason one line: what was seen and what was expected
     * @param formula the whole text
     * @param position 0-based index of the offending character; the text's length for its end
     */
    public FormulaException(String reason, String formula, int position) {
        super(reason + System.lineSeparator() + excerpt(formula, position));
        this.reason = reason;
        this.position = position;
    }

    /** The first line of the message, without formula and caret. */
    public String reason() {
        return reason;
    }

    /** 0-based index into the formula's text of what is wrong. */
    public int position() {
        return position;
    }

    /** The formula, cut to the surroundings where it is long, and a caret below. */
    private static String excerpt(String formula, int position) {
        int from = Math.max(0, position - WINDOW);
        int to = Math.min(formula.length(), position + WINDOW);
        StringBuilder text = new StringBuilder(2 * WINDOW);
        for (int i = from; i < to; i++) {
            char c = formula.charAt(i);
            text.append(Character.isISOControl(c) ? ' ' : c);
        }
        String cut = from > 0 ? "…" : "";
        String rest = to < formula.length() ? "…" : "";
        return "  " + cut + text + rest + System.lineSeparator() + "  " + " ".repeat(cut.length() + position - from)
                + "^";
    }
}
