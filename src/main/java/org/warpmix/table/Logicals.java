package org.warpmix.table;

/** Columns of true and false. */
final class Logicals {

    private static final String[] LEVELS = {"FALSE", "TRUE"};

    private Logicals() {}

    /** A logical column of codes: 0 false, 1 true, −1 missing. */
    static FactorColumn column(int[] codes) {
        return new FactorColumn(codes, LEVELS.clone(), true);
    }

    /** The factor as a logical column where all its levels are {@code TRUE}, {@code T}, {@code true} and opposites. */
    static FactorColumn recognise(FactorColumn factor) {
        String[] levels = factor.levels();
        int[] truth = new int[levels.length];
        for (int i = 0; i < levels.length; i++) {
            truth[i] = truth(levels[i]);
            if (truth[i] < 0) {
                return factor;
            }
        }
        int[] codes = factor.codes();
        for (int row = 0; row < codes.length; row++) {
            codes[row] = codes[row] < 0 ? -1 : truth[codes[row]];
        }
        return column(codes);
    }

    private static int truth(String word) {
        return switch (word.strip()) {
            case "TRUE", "T", "true", "True" -> 1;
            case "FALSE", "F", "false", "False" -> 0;
            default -> -1;
        };
    }
}
