package org.warpmix.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.warpmix.table.NearestNames;

/**
 * How a factor of L levels becomes L − 1 columns. Venables and Ripley 2002, Modern Applied Statistics with S,
 * section 6.2.
 */
public enum Contrast {
    /** Indicators of all levels but the first. */
    TREATMENT("treatment"),
    /** Deviations from the mean of the levels; the last level is −1 throughout. */
    SUM("sum"),
    /** Each level against the mean of those before it. */
    HELMERT("helmert"),
    /** Orthonormal polynomials in the number of the level. */
    POLYNOMIAL("poly");

    private final String symbol;

    Contrast(String symbol) {
        this.symbol = symbol;
    }

    /**
     * The contrast of a name: {@code treatment}, {@code sum}, {@code helmert}, {@code poly}, or these after
     * {@code contr.} as R writes them.
     *
     * @throws DesignException for another name
     */
    public static Contrast of(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        plain = plain.startsWith("contr.") ? plain.substring("contr.".length()) : plain;
        List<String> known = new ArrayList<>();
        for (Contrast contrast : values()) {
            if (plain.equals(contrast.symbol) || plain.equalsIgnoreCase(contrast.name())) {
                return contrast;
            }
            known.add(contrast.symbol);
        }
        throw new DesignException(
                "Unknown contrast " + NearestNames.quote(name) + ". " + NearestNames.hint(plain, known));
    }

    /** Column names, as R appends them to the factor's. */
    public String[] names(String[] levels) {
        String[] names = new String[levels.length - 1];
        for (int j = 0; j < names.length; j++) {
            names[j] = switch (this) {
                case TREATMENT -> levels[j + 1];
                case SUM, HELMERT -> Integer.toString(j + 1);
                case POLYNOMIAL -> j < 3 ? new String[] {".L", ".Q", ".C"}[j] : "^" + (j + 1);
            };
        }
        return names;
    }

    /**
     * The contrast matrix by columns.
     *
     * @param levels number of levels L, at least 2
     * @return L − 1 columns of L numbers, one per level
     */
    public double[][] columns(int levels) {
        if (this == POLYNOMIAL) {
            double[] scores = new double[levels];
            for (int l = 0; l < levels; l++) {
                scores[l] = l + 1;
            }
            return Polynomial.fit(scores, levels - 1).columns(scores);
        }
        double[][] columns = new double[levels - 1][levels];
        for (int j = 0; j < levels - 1; j++) {
            double[] column = columns[j];
            switch (this) {
                case TREATMENT -> column[j + 1] = 1;
                case SUM -> {
                    column[j] = 1;
                    column[levels - 1] = -1;
                }
                default -> {
                    for (int l = 0; l <= j; l++) {
                        column[l] = -1;
                    }
                    column[j + 1] = j + 1;
                }
            }
        }
        return columns;
    }
}
