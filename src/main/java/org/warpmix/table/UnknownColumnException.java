package org.warpmix.table;

import java.util.Collection;

/** A column was asked for that the table does not have. */
public final class UnknownColumnException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public UnknownColumnException(String name, Collection<String> known) {
        super("No column " + NearestNames.quote(name) + ". " + NearestNames.hint(name, known));
    }
}
