package org.warpmix.inference.effects;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.model.ModelData;
import org.warpmix.model.TermCoding;
import org.warpmix.model.TermCoding.Coding;

/**
 * The contrasts of the kept columns that the rows of an analysis of variance test, as SAS and lmerTest define them.
 *
 * <p>Type I: the rows of the triangular factor of X that belong to the term, scaled to a diagonal of ones. Type II: the same
 * with the term and those that contain it last. Type III: the general form of the estimable functions, the columns of a term
 * made orthogonal to those of the terms that contain it (Goodnight 1978, SAS Technical Report R-101), which is algebra of the
 * formula and hence free of the coding. A term contains another if it has its variables and more, all the others factors.
 */
final class Hypotheses {

    private static final double ZERO = 1e-8;

    private final Fit fit;
    private final List<TermCoding> terms;
    private final int[] kept;
    private final int[] assign;
    private final boolean intercept;

    Hypotheses(Fit fit) {
        this.fit = fit;
        terms = fit.design().codings();
        kept = fit.profiledCriterion().statistics().fixed().kept();
        assign = fit.design().assign();
        intercept = fit.design().formula().fixed().intercept();
    }

    /** Per term its contrasts, each of as many weights as there are kept columns; none where it has no column left. */
    List<double[][]> of(HypothesisType type) {
        if (type == HypothesisType.I || terms.size() <= 1) {
            return sequential();
        }
        return type == HypothesisType.II ? partial() : general();
    }

    private List<double[][]> sequential() {
        double[] r = factor();
        int[] order = new int[kept.length];
        for (int j = 0; j < order.length; j++) {
            order[j] = j;
        }
        List<double[][]> all = new ArrayList<>();
        for (int t = 0; t < terms.size(); t++) {
            all.add(rows(r, order, t));
        }
        return all;
    }

    private List<double[][]> partial() {
        double[] r = factor();
        List<double[][]> all = new ArrayList<>();
        for (int t = 0; t < terms.size(); t++) {
            List<Integer> before = new ArrayList<>();
            List<Integer> own = new ArrayList<>();
            List<Integer> after = new ArrayList<>();
            for (int j = 0; j < kept.length; j++) {
                int term = assign[kept[j]] - 1;
                (term == t ? own : term >= 0 && contains(term, t) ? after : before).add(j);
            }
            if (after.isEmpty()) {
                all.add(units(own));
                continue;
            }
            before.addAll(own);
            before.addAll(after);
            int[] order = before.stream().mapToInt(Integer::intValue).toArray();
            all.add(rows(reordered(r, order), order, t));
        }
        return all;
    }

    private double[][] units(List<Integer> columns) {
        double[][] rows = new double[columns.size()][kept.length];
        for (int i = 0; i < rows.length; i++) {
            rows[i][columns.get(i)] = 1;
        }
        return rows;
    }

    /** The rows of an upper triangular factor that belong to a term, in the order of the kept columns. */
    private double[][] rows(double[] r, int[] order, int t) {
        int p = order.length;
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < p; i++) {
            if (assign[kept[order[i]]] == t + 1) {
                double[] row = new double[p];
                for (int j = i; j < p; j++) {
                    row[order[j]] = r[i + j * p] / r[i + i * p];
                }
                rows.add(row);
            }
        }
        return rows.toArray(new double[0][]);
    }

    /** The triangular factor of the kept columns without weights: a hypothesis is about X alone. */
    private double[] factor() {
        ModelData data = fit.design().data();
        if (fit.model().options().weights() != null) {
            data.requireRows("A test of terms of a weighted model");
        }
        if (data.weights() == null) {
            return fit.profiledCriterion().statistics().fixed().factor();
        }
        double[][] x = new double[kept.length][];
        String[] names = new String[kept.length];
        for (int j = 0; j < x.length; j++) {
            x[j] = data.x()[kept[j]];
            names[j] = data.fixedNames()[kept[j]];
        }
        return FixedBasis.of(new ModelData(
                        data.response(), data.y(), names, x, data.terms(), null, data.offset(), data.rows(), 0))
                .factor();
    }

    /** The triangular factor of the columns in another order, by Gram and Schmidt, twice, on those of R. */
    private static double[] reordered(double[] r, int[] order) {
        int p = order.length;
        double[][] basis = new double[p][p];
        double[] factor = new double[p * p];
        for (int j = 0; j < p; j++) {
            System.arraycopy(r, order[j] * p, basis[j], 0, p);
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < j; k++) {
                    double part = dot(basis[k], basis[j]);
                    factor[k + j * p] += part;
                    subtract(part, basis[k], basis[j]);
                }
            }
            double length = Math.sqrt(dot(basis[j], basis[j]));
            factor[j + j * p] = length;
            for (int i = 0; i < p; i++) {
                basis[j][i] /= length;
            }
        }
        return factor;
    }

    private List<double[][]> general() {
        TreatmentCoding coding = new TreatmentCoding(terms, intercept);
        int p = coding.columns();
        double[][] map = coding.ofColumns();
        double[][] dependent = echelon(mapped(map, new Estimability(fit).nullSpace()));
        boolean[] lost = new boolean[p];
        for (double[] vector : dependent) {
            lost[last(vector)] = true;
        }
        double[][] estimable = transposed(coding.ofIndicators(), dependent);
        orthogonalise(coding, lost, estimable);

        double[][] inGiven = new double[kept.length][]; // the given columns by those under treatment contrasts
        double[][] given = new double[kept.length][];
        for (int j = 0; j < kept.length; j++) {
            given[j] = map[kept[j]];
        }
        double[][] reduced = transposed(given, dependent);
        for (int j = 0; j < kept.length; j++) {
            inGiven[j] = new double[p];
            for (int c = 0; c < p; c++) {
                inGiven[j][c] = reduced[c][j];
            }
        }
        List<double[][]> all = new ArrayList<>();
        for (int t = 0; t < terms.size(); t++) {
            List<double[]> rows = new ArrayList<>();
            for (int c = coding.firstColumn(t); c < coding.firstColumn(t + 1); c++) {
                double size = 0;
                double[] row = new double[kept.length];
                for (int i = 0; i < p; i++) { // the functions restricted to columns there are under treatment contrasts
                    double weight = lost[i] ? 0 : estimable[c][i];
                    size += Math.abs(weight);
                    for (int j = 0; j < row.length; j++) {
                        row[j] += weight * inGiven[j][i];
                    }
                }
                if (!lost[c] && size > ZERO) {
                    rows.add(row);
                }
            }
            all.add(rows.toArray(new double[0][]));
        }
        return all;
    }

    /**
     * Makes the functions of each term orthogonal to those of the terms that contain it, the largest terms first.
     *
     * @param functions by column under treatment contrasts, a weight per column of the overparameterised model
     */
    private void orthogonalise(TreatmentCoding coding, boolean[] lost, double[][] functions) {
        int most = 0;
        for (TermCoding term : terms) {
            most = Math.max(most, term.variables().size());
        }
        for (int size = most; size > 0; size--) {
            for (int t = 0; t < terms.size(); t++) {
                if (terms.get(t).variables().size() != size) {
                    continue;
                }
                List<double[]> basis = new ArrayList<>();
                for (int larger = 0; larger < terms.size(); larger++) {
                    for (int c = coding.firstColumn(larger);
                            contains(larger, t) && c < coding.firstColumn(larger + 1);
                            c++) {
                        if (!lost[c]) {
                            addTo(basis, functions[c]);
                        }
                    }
                }
                for (int c = coding.firstColumn(t); c < coding.firstColumn(t + 1); c++) {
                    project(basis, functions[c]);
                }
            }
        }
    }

    private static void addTo(List<double[]> basis, double[] vector) {
        double[] rest = vector.clone();
        double size = Math.sqrt(dot(rest, rest));
        project(basis, rest);
        double length = Math.sqrt(dot(rest, rest));
        if (length > ZERO * size) {
            for (int i = 0; i < rest.length; i++) {
                rest[i] /= length;
            }
            basis.add(rest);
        }
    }

    private static void project(List<double[]> basis, double[] vector) {
        for (int pass = 0; pass < 2; pass++) {
            for (double[] one : basis) {
                subtract(dot(one, vector), one, vector);
            }
        }
    }

    /** Columns, given by those under treatment contrasts, by those of them that are kept; transposed. */
    private static double[][] transposed(double[][] columns, double[][] dependent) {
        int p = columns.length == 0 ? 0 : columns[0].length;
        double[][] rows = new double[p][columns.length];
        for (int j = 0; j < columns.length; j++) {
            double[] column = columns[j].clone();
            for (double[] vector : dependent) {
                int lost = last(vector);
                subtract(column[lost] / vector[lost], vector, column);
            }
            for (int i = 0; i < p; i++) {
                rows[i][j] = column[i];
            }
        }
        return rows;
    }

    /** Vectors of X's null space in the columns under treatment contrasts. */
    private static double[][] mapped(double[][] map, double[][] vectors) {
        double[][] mapped = new double[vectors.length][map.length];
        for (int d = 0; d < vectors.length; d++) {
            for (int j = 0; j < map.length; j++) {
                subtract(-vectors[d][j], map[j], mapped[d]);
            }
        }
        return mapped;
    }

    /** A basis of the same space whose vectors end at different places, where the others are zero: R drops those columns. */
    private static double[][] echelon(double[][] vectors) {
        for (int d = vectors.length - 1; d >= 0; d--) {
            int furthest = d;
            for (int e = 0; e < d; e++) {
                if (last(vectors[e]) > last(vectors[furthest])) {
                    furthest = e;
                }
            }
            double[] pivot = vectors[furthest];
            vectors[furthest] = vectors[d];
            vectors[d] = pivot;
            int at = last(pivot);
            for (int e = 0; e < vectors.length; e++) {
                if (e != d) {
                    subtract(vectors[e][at] / pivot[at], pivot, vectors[e]);
                    vectors[e][at] = 0;
                }
            }
        }
        return vectors;
    }

    /** The last entry that is not zero. */
    private static int last(double[] vector) {
        double largest = 0;
        for (double entry : vector) {
            largest = Math.max(largest, Math.abs(entry));
        }
        int at = vector.length - 1;
        while (at > 0 && !(Math.abs(vector[at]) > ZERO * largest)) {
            at--;
        }
        return at;
    }

    /** Whether a term has all variables of another and more, the others all factors. */
    private boolean contains(int term, int other) {
        TermCoding larger = terms.get(term);
        TermCoding smaller = terms.get(other);
        if (larger.variables().size() <= smaller.variables().size() || !larger.hasAll(smaller.variables())) {
            return false;
        }
        for (Coding variable : larger.variables()) {
            if (!variable.isFactor() && smaller.indexOf(variable.text()) < 0) {
                return false;
            }
        }
        return true;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static void subtract(double factor, double[] one, double[] from) {
        for (int i = 0; i < from.length; i++) {
            from[i] -= factor * one[i];
        }
    }
}
