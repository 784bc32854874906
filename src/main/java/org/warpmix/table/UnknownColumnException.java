package org.warpmix.table;

import java.util.List;

/** A column was asked for that the table does not have. */
public final class UnknownColumnException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public UnknownColumnException(String name, List<String> known) {
        super("No column '" + name + "'. " + NearestNames.hint(name, known));
    }
}
