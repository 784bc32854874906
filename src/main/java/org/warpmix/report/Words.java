package org.warpmix.report;

import java.util.Locale;

/** How choices are called on the command line, in text and in JSON. */
public final class Words {

    private Words() {}

    /** The name of a choice, e.g. {@code whole-groups} for {@code WHOLE_GROUPS}. */
    public static String of(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
