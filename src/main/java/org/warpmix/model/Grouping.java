package org.warpmix.model;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.formula.Expression;
import org.warpmix.formula.Group;
import org.warpmix.table.FactorColumn;

/** The levels of a group in a frame, and how rows of another frame are coded into them. */
final class Grouping {

    private final Group group;
    private final FactorColumn[] parts;
    private final long[][]
            keys; // after part p > 0: the combinations that occur, sorted; code × levels of p + code of p
    private final String[] levels;
    private final int[] codes;

    private Grouping(Group group, FactorColumn[] parts, long[][] keys, String[] levels, int[] codes) {
        this.group = group;
        this.parts = parts;
        this.keys = keys;
        this.levels = levels;
        this.codes = codes;
    }

    static Grouping of(Group group, Frame frame) {
        List<Expression> expressions = group.parts();
        FactorColumn[] parts = new FactorColumn[expressions.size()];
        long[][] keys = new long[parts.length][];
        parts[0] = frame.factor(expressions.get(0));
        String[] levels = parts[0].levels();
        int[] codes = parts[0].codes();
        for (int p = 1; p < parts.length; p++) {
            parts[p] = frame.factor(expressions.get(p));
            int width = parts[p].levels().length;
            int[] combined = new int[codes.length];
            keys[p] = combine(codes, levels.length, parts[p].codes(), width, combined);
            String[] labels = new String[keys[p].length];
            for (int l = 0; l < labels.length; l++) {
                labels[l] = levels[(int) (keys[p][l] / width)] + ':' + parts[p].levels()[(int) (keys[p][l] % width)];
            }
            levels = labels;
            codes = combined;
        }
        return new Grouping(group, parts, keys, levels, codes);
    }

    String name() {
        return group.name();
    }

    String[] levels() {
        return levels;
    }

    /** One code per row of the frame that it was made from; −1 where something is missing. */
    int[] codes() {
        return codes;
    }

    /** Codes of other rows into these levels; −1 where a level is not among them or something is missing. */
    int[] codesIn(Frame frame) {
        int[] result = null;
        for (int p = 0; p < parts.length; p++) {
            int[] part = recode(frame.factor(group.parts().get(p)), parts[p].levels());
            if (p == 0) {
                result = part;
                continue;
            }
            long width = parts[p].levels().length;
            int[] combined = new int[part.length];
            for (int i = 0; i < part.length; i++) {
                boolean known = result[i] >= 0 && part[i] >= 0;
                combined[i] = known ? Math.max(-1, Arrays.binarySearch(keys[p], result[i] * width + part[i])) : -1;
            }
            result = combined;
        }
        return result;
    }

    /** The label of a row that {@link #codesIn} may have found no code for. */
    String label(Frame frame, int row) {
        StringBuilder label = new StringBuilder();
        for (Expression part : group.parts()) {
            FactorColumn factor = frame.factor(part);
            label.append(label.length() == 0 ? "" : ":").append(factor.levels()[factor.codes()[row]]);
        }
        return label.toString();
    }

    /** A factor's codes as indices into other levels, by label; −1 where the label is not among them. */
    static int[] recode(FactorColumn factor, String[] levels) {
        if (factor.levels() == levels) {
            return factor.codes();
        }
        Map<String, Integer> known = new HashMap<>(2 * levels.length);
        for (int l = 0; l < levels.length; l++) {
            known.put(levels[l], l);
        }
        int[] translated = new int[factor.levels().length];
        for (int l = 0; l < translated.length; l++) {
            translated[l] = known.getOrDefault(factor.levels()[l], -1);
        }
        int[] codes = new int[factor.size()];
        for (int i = 0; i < codes.length; i++) {
            int code = factor.codes()[i];
            codes[i] = code < 0 ? -1 : translated[code];
        }
        return codes;
    }

    /**
     * Codes the pairs (a, b) that occur, in the order of a, then b: a counting sort of the rows by b, a stable one
     * by a, and a walk along them. Linear in rows and levels.
     *
     * @param combined overwritten: the code of each row's pair; −1 where a or b is
     * @return the pairs, {@code a × bLevels + b}
     */
    private static long[] combine(int[] a, int aLevels, int[] b, int bLevels, int[] combined) {
        int n = a.length;
        int[] order = new int[n];
        int present = 0;
        for (int i = 0; i < n; i++) {
            if (a[i] >= 0 && b[i] >= 0) {
                order[present++] = i;
            } else {
                combined[i] = -1;
            }
        }
        int[] sorted = new int[present];
        countingSort(order, present, b, bLevels, sorted);
        countingSort(sorted, present, a, aLevels, order);
        int pairs = 0;
        long[] keys = new long[Math.min(present, 64)];
        long last = -1;
        for (int k = 0; k < present; k++) {
            int row = order[k];
            long key = (long) a[row] * bLevels + b[row];
            if (key != last) {
                if (pairs == keys.length) {
                    keys = Arrays.copyOf(keys, (int) Math.min(present, 2L * pairs));
                }
                keys[pairs++] = key;
                last = key;
            }
            combined[row] = pairs - 1;
        }
        return Arrays.copyOf(keys, pairs);
    }

    private static void countingSort(int[] rows, int count, int[] codes, int levels, int[] sorted) {
        int[] next = new int[levels + 1];
        for (int k = 0; k < count; k++) {
            next[codes[rows[k]] + 1]++;
        }
        for (int l = 0; l < levels; l++) {
            next[l + 1] += next[l];
        }
        for (int k = 0; k < count; k++) {
            sorted[next[codes[rows[k]]]++] = rows[k];
        }
    }
}
