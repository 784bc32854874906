package org.warpmix.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.model.TermCoding;
import org.warpmix.model.TermCoding.Coding;

/**
 * The columns of X, however coded, and those of the overparameterised model, one indicator per level or cell, as combinations
 * of the columns under treatment contrasts. All of it is algebra of the formula: no data is looked at.
 *
 * <p>A column of the overparameterised model is a term with a level for each factor and a column for each other variable. If a
 * factor has contrasts in the term and the level is its first, then the indicator is what the term without the factor has
 * there, less the indicators of the other levels; else it is a column under treatment contrasts.
 */
final class TreatmentCoding {

    private final List<TermCoding> terms;
    private final boolean intercept;
    private final int[] firstColumn;

    TreatmentCoding(List<TermCoding> terms, boolean intercept) {
        this.terms = terms;
        this.intercept = intercept;
        firstColumn = new int[terms.size() + 1];
        firstColumn[0] = intercept ? 1 : 0;
        for (int t = 0; t < terms.size(); t++) {
            firstColumn[t + 1] = firstColumn[t] + terms.get(t).count();
        }
    }

    /** Number of columns of X. */
    int columns() {
        return firstColumn[terms.size()];
    }

    /** First column of a term; of their number, the number of columns. */
    int firstColumn(int term) {
        return firstColumn[term];
    }

    /**
     * The matrix E with X = X_t E, X_t the columns under treatment contrasts.
     *
     * @return by columns of X
     */
    double[][] ofColumns() {
        double[][] map = new double[columns()][columns()];
        if (intercept) {
            map[0][0] = 1;
        }
        for (int t = 0; t < terms.size(); t++) {
            List<Coding> variables = terms.get(t).variables();
            for (int j = 0; j < terms.get(t).count(); j++) {
                addColumn(t, j, new int[variables.size()], 0, 1, map[firstColumn[t] + j]);
            }
        }
        return map;
    }

    /** Sums over the levels of the factors of a term, weighted by what the column has there. */
    private void addColumn(int t, int rest, int[] at, int v, double weight, double[] out) {
        List<Coding> variables = terms.get(t).variables();
        if (v == variables.size()) {
            expand(t, at, weight, out);
            return;
        }
        Coding variable = variables.get(v);
        int width = variable.columns().length;
        if (!variable.isFactor()) {
            at[v] = rest % width;
            addColumn(t, rest / width, at, v + 1, weight, out);
            return;
        }
        double[] column = variable.columns()[rest % width];
        for (int level = 0; level < column.length; level++) {
            if (column[level] != 0) {
                at[v] = level;
                addColumn(t, rest / width, at, v + 1, weight * column[level], out);
            }
        }
    }

    /**
     * The columns of the overparameterised model that are columns under treatment contrasts too come first, in the order of
     * these; the others follow.
     *
     * @return by columns of the overparameterised model, each as weights of the columns under treatment contrasts
     */
    double[][] ofIndicators() {
        int p = columns();
        double[][] all = new double[p][p];
        for (int j = 0; j < p; j++) {
            all[j][j] = 1;
        }
        for (int t = 0; t < terms.size(); t++) {
            int[] sizes = sizes(t);
            int[] at = new int[sizes.length];
            do {
                if (hasBase(t, at)) {
                    all = Arrays.copyOf(all, all.length + 1);
                    all[all.length - 1] = new double[p];
                    expand(t, at, 1, all[all.length - 1]);
                }
            } while (next(at, sizes));
        }
        return all;
    }

    /** Adds a column of the overparameterised model, as weights of the columns under treatment contrasts. */
    private void expand(int t, int[] at, double weight, double[] out) {
        List<Coding> variables = terms.get(t).variables();
        for (int v = 0; v < at.length; v++) {
            if (isBase(variables.get(v), at[v])) {
                addWithout(t, v, at, weight, out);
                int[] other = at.clone();
                for (other[v] = 1; other[v] < variables.get(v).levels().length; other[v]++) {
                    expand(t, other, -weight, out);
                }
                return;
            }
        }
        int column = 0;
        for (int v = at.length - 1; v >= 0; v--) {
            Coding variable = variables.get(v);
            int place = variable.isFactor() && !variable.full() ? at[v] - 1 : at[v];
            column = column * variable.columns().length + place;
        }
        out[firstColumn[t] + column] += weight;
    }

    /** Adds what the variables of term t but one have there: from the earlier term that has them, summed over its others. */
    private void addWithout(int t, int left, int[] at, double weight, double[] out) {
        List<Coding> rest = new ArrayList<>(terms.get(t).variables());
        rest.remove(left);
        if (rest.isEmpty() && intercept) {
            out[0] += weight;
            return;
        }
        int found = -1;
        for (int e = 0; e < t; e++) {
            TermCoding earlier = terms.get(e);
            boolean factors = true;
            for (Coding variable : earlier.variables()) {
                factors &= variable.isFactor() || terms.get(t).indexOf(variable.text()) >= 0;
            }
            boolean shorter = found < 0
                    || earlier.variables().size() < terms.get(found).variables().size();
            if (factors && shorter && earlier.hasAll(rest)) {
                found = e;
            }
        }
        if (found < 0) {
            throw new IllegalArgumentException("The term " + terms.get(t).name()
                    + " has contrasts for " + terms.get(t).variables().get(left).text()
                    + ", but no earlier term has the effects that these are measured from, so its tests have no meaning"
                    + " that is free of the coding. Add the terms that it is made of.");
        }
        int[] sizes = sizes(found);
        int[] there = new int[sizes.length];
        do {
            boolean same = true;
            for (int v = 0; v < there.length; v++) {
                int here =
                        terms.get(t).indexOf(terms.get(found).variables().get(v).text());
                same &= here < 0 || here == left || there[v] == at[here];
            }
            if (same) {
                expand(found, there, weight, out);
            }
        } while (next(there, sizes));
    }

    private boolean hasBase(int t, int[] at) {
        for (int v = 0; v < at.length; v++) {
            if (isBase(terms.get(t).variables().get(v), at[v])) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBase(Coding variable, int level) {
        return variable.isFactor() && !variable.full() && level == 0;
    }

    /** Number of levels of each factor, of columns of other variables. */
    private int[] sizes(int t) {
        List<Coding> variables = terms.get(t).variables();
        int[] sizes = new int[variables.size()];
        for (int v = 0; v < sizes.length; v++) {
            Coding variable = variables.get(v);
            sizes[v] = variable.isFactor() ? variable.levels().length : variable.columns().length;
        }
        return sizes;
    }

    /** The next place, the first digit changing fastest; false after the last. */
    private static boolean next(int[] at, int[] sizes) {
        for (int v = 0; v < at.length; v++) {
            if (++at[v] < sizes[v]) {
                return true;
            }
            at[v] = 0;
        }
        return false;
    }
}
