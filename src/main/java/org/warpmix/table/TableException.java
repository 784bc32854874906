package org.warpmix.table;

/** A table could not be read. The message is one line: what was seen, where, and the way out. */
public final class TableException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public TableException(String message) {
        super(message);
    }

    public TableException(String message, Throwable cause) {
        super(message, cause);
    }
}
