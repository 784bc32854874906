package org.warpmix.table;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** Suggestions for a name that was not found: a column, a level, a file, an option. */
public final class NearestNames {

    private static final int MOST_SUGGESTED = 3;
    private static final int MOST_LISTED = 12;
    private static final int LONGEST_SHOWN = 60;

    private NearestNames() {}

    /**
     * One line that helps to find the right name.
     * <p>A name that differs in case only is suggested alone. Else those within a third of the name's length in
     * edits (insertion, deletion, substitution, swap of neighbours; case ignored), nearest first, three at most.
     * Where none is near, the first twelve known names.
     *
     * @param name what was asked for
     * @param known what there is, in the order in which to list it
     * @return for example {@code Did you mean 'Days' or 'Day'?}
     */
    public static String hint(String name, Collection<String> known) {
        if (known.isEmpty()) {
            return "There are no names to choose from.";
        }
        List<String> near = nearest(name, known);
        return near.isEmpty() ? listed(known) : "Did you mean " + alternatives(near) + "?";
    }

    /** A name in quotes, fit for a one-line message: control characters shown as spaces, a long one cut. */
    public static String quote(String name) {
        StringBuilder shown = new StringBuilder("'");
        int length = Math.min(name.length(), LONGEST_SHOWN);
        for (int i = 0; i < length; i++) {
            char c = name.charAt(i);
            shown.append(Character.isISOControl(c) ? ' ' : c);
        }
        return shown.append(length < name.length() ? "…'" : "'").toString();
    }

    private static List<String> nearest(String name, Collection<String> known) {
        for (String candidate : known) {
            if (candidate.equalsIgnoreCase(name)) {
                return List.of(candidate);
            }
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        int limit = Math.max(1, wanted.length() / 3);
        List<String> near = new ArrayList<>();
        for (int distance = 1; distance <= limit && near.size() < MOST_SUGGESTED; distance++) {
            for (String candidate : known) {
                if (near.size() < MOST_SUGGESTED
                        && Math.abs(candidate.length() - wanted.length()) <= distance
                        && distance < Math.max(candidate.length(), wanted.length())
                        && distance(wanted, candidate.toLowerCase(Locale.ROOT)) == distance) {
                    near.add(candidate);
                }
            }
        }
        return near;
    }

    private static String alternatives(List<String> names) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.size(); i++) {
            if (i > 0) {
                text.append(i == names.size() - 1 ? " or " : ", ");
            }
            text.append(quote(names.get(i)));
        }
        return text.toString();
    }

    private static String listed(Collection<String> known) {
        StringBuilder text = new StringBuilder("Known names: ");
        int count = 0;
        for (String name : known) {
            if (count == MOST_LISTED) {
                return text.append(", … (")
                        .append(known.size())
                        .append(" in all).")
                        .toString();
            }
            text.append(count++ == 0 ? "" : ", ").append(quote(name));
        }
        return text.append('.').toString();
    }

    /** Damerau-Levenshtein distance in which no substring is edited twice. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(substitution, 1 + Math.min(last[j], row[j - 1]));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
