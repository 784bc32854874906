package org.warpmix.model;

/** A formula and a table that do not fit together: what was seen, what was expected, what to do. */
public final class DesignException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public DesignException(String message) {
        super(message);
    }
}
