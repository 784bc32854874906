package org.warpmix.crossprod;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.linalg.SmallCholesky;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * All random-effect columns of one grouping factor: the terms on it side by side, as one block of q columns.
 *
 * <p>Its relative covariance factor Λ (q×q) is block diagonal over the terms. The solver works in a basis
 * {@code Z̃ = Z T} of its own: for a term whose covariance is basis-free T makes the columns orthonormal on average,
 * {@code T' (Σ_j Z_j'WZ_j / n) T = I}, so that Λ̃ is of order one whatever the units and the origin of the
 * predictors. {@code Φ = T Φ̃ T'}.
 */
public final class RandomBlock {

    private final GroupingFactor factor;
    private final List<RandomTerm> terms;
    private final int[] termNumbers;
    private final int[] firstColumn;
    private final double[][] z;
    private double[] basis;

    private RandomBlock(List<RandomTerm> terms, int[] termNumbers) {
        this.factor = terms.get(0).factor();
        this.terms = List.copyOf(terms);
        this.termNumbers = termNumbers;
        this.firstColumn = new int[terms.size() + 1];
        List<double[]> columns = new ArrayList<>();
        for (int t = 0; t < terms.size(); t++) {
            columns.addAll(List.of(terms.get(t).z()));
            firstColumn[t + 1] = columns.size();
        }
        this.z = columns.toArray(new double[0][]);
    }

    /** Gathers the terms of a model by grouping factor, in the order in which the factors first occur. */
    static List<RandomBlock> of(ModelData data) {
        List<RandomBlock> blocks = new ArrayList<>();
        boolean[] taken = new boolean[data.terms().size()];
        for (int t = 0; t < taken.length; t++) {
            if (taken[t]) {
                continue;
            }
            List<RandomTerm> same = new ArrayList<>();
            int[] numbers = new int[taken.length];
            for (int s = t; s < taken.length; s++) {
                if (data.terms().get(s).factor().equals(data.terms().get(t).factor())) {
                    numbers[same.size()] = s;
                    same.add(data.terms().get(s));
                    taken[s] = true;
                }
            }
            blocks.add(new RandomBlock(same, numbers));
        }
        return blocks;
    }

    /** The grouping factor. */
    public GroupingFactor factor() {
        return factor;
    }

    /** Number of levels J. */
    public int levels() {
        return factor.levels().length;
    }

    /** Number of random-effect columns q over all terms. */
    public int columns() {
        return z.length;
    }

    /** The terms side by side in this block. */
    public List<RandomTerm> terms() {
        return terms;
    }

    /** Number, in the model's list of terms, of the t-th term of this block. */
    public int termNumber(int t) {
        return termNumbers[t];
    }

    /** First column of the t-th term; for t = number of terms, q. */
    public int firstColumn(int t) {
        return firstColumn[t];
    }

    /** T, q×q column-major, upper triangular within each term, block diagonal over the terms. */
    public double[] basis() {
        return basis.clone();
    }

    double[][] z() {
        return z;
    }

    /**
     * Chooses T from the average cross-products of the columns.
     *
     * @param mean {@code Σ_j Z_j'WZ_j / n}, q×q symmetric; not modified
     */
    void chooseBasis(double[] mean) {
        int q = columns();
        basis = new double[q * q];
        for (int t = 0; t < terms.size(); t++) {
            int first = firstColumn[t];
            int width = firstColumn[t + 1] - first;
            if (!terms.get(t).covariance().basisFree() || !whiten(mean, first, width)) {
                for (int a = first; a < first + width; a++) {
                    double square = mean[a + a * q];
                    boolean free = terms.get(t).covariance().basisFree() && square > 0;
                    basis[a + a * q] = free ? 1 / Math.sqrt(square) : 1;
                }
            }
        }
    }

    private boolean whiten(double[] mean, int first, int width) {
        int q = columns();
        double[] l = new double[width * width];
        for (int j = 0; j < width; j++) {
            for (int i = j; i < width; i++) {
                l[i + j * width] = mean[first + i + (first + j) * q]
                        / Math.sqrt(mean[first + i + (first + i) * q] * mean[first + j + (first + j) * q]);
            }
        }
        if (!SmallCholesky.factor(l, 0, width, width)) {
            return false;
        }
        for (int j = 0; j < width; j++) {
            if (l[j + j * width] < FixedBasis.RANK_TOLERANCE) {
                return false;
            }
        }
        // T = D^-½ L⁻ᵀ: column j solves L' t = e_j
        double[] column = new double[width];
        for (int j = 0; j < width; j++) {
            java.util.Arrays.fill(column, 0);
            column[j] = 1;
            SmallCholesky.solveLowerTransposed(l, 0, width, width, column, 0, 1, width);
            for (int i = 0; i <= j; i++) {
                basis[first + i + (first + j) * q] = column[i] / Math.sqrt(mean[first + i + (first + i) * q]);
            }
        }
        return true;
    }
}
