package org.warpmix.crossprod;

import java.util.ArrayList;
import java.util.Arrays;
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

    private static final double NEARLY_COLLINEAR = 1e-5;

    private final GroupingFactor factor;
    private final List<RandomTerm> terms;
    private final int[] termNumbers;
    private final int[] firstColumn;
    private final double[][] z;
    private final double[] first;
    private double[] second;

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
        this.first = new double[z.length * z.length];
        for (int a = 0; a < z.length; a++) {
            first[a + a * z.length] = 1;
        }
    }

    /** Gathers the terms of a model by grouping factor, in the order in which the factors first occur. */
    static List<RandomBlock> of(ModelData data) {
        double[] rootWeights = FixedBasis.rootWeights(data);
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
            RandomBlock block = new RandomBlock(same, numbers);
            block.condition(rootWeights);
            blocks.add(block);
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
        int q = columns();
        double[] product = new double[q * q];
        for (int j = 0; j < q; j++) {
            for (int r = 0; r <= j; r++) {
                for (int i = 0; i <= r; i++) {
                    product[i + j * q] += first[i + r * q] * second[r + j * q];
                }
            }
        }
        return product;
    }

    /** The columns that enter the cross-products: as given, or re-expressed where that would lose digits. */
    double[][] z() {
        return z;
    }

    /** What is left of T for the cross-products of {@link #z}. */
    double[] innerBasis() {
        return second;
    }

    /**
     * Re-expresses the columns of terms that are nearly collinear, such as an intercept with a slope on a variable far from
     * zero, by a QR of their rows: their cross-products would lose the digits that tell them apart.
     */
    private void condition(double[] rootWeights) {
        for (int t = 0; t < terms.size(); t++) {
            int from = firstColumn[t];
            int width = firstColumn[t + 1] - from;
            if (width == 1 || !terms.get(t).covariance().basisFree()) {
                continue;
            }
            double[] gram = new double[width * width];
            blocksOfRows(
                    rootWeights,
                    from,
                    width,
                    (block, rows) -> Products.addUpper(block, rows, FixedBasis.BLOCK, width, gram));
            if (FixedBasis.wellConditioned(gram, width, NEARLY_COLLINEAR)) {
                continue;
            }
            StreamingQr qr = new StreamingQr(width);
            blocksOfRows(rootWeights, from, width, (block, rows) -> qr.add(block, rows, FixedBasis.BLOCK));
            replace(qr.r(), from, width);
        }
    }

    private void blocksOfRows(double[] rootWeights, int from, int width, BlockConsumer consumer) {
        int n = z[from].length;
        double[] block = new double[FixedBasis.BLOCK * width];
        for (int start = 0; start < n; start += FixedBasis.BLOCK) {
            int rows = Math.min(FixedBasis.BLOCK, n - start);
            for (int a = 0; a < width; a++) {
                for (int i = 0; i < rows; i++) {
                    double weight = rootWeights == null ? 1 : rootWeights[start + i];
                    block[a * FixedBasis.BLOCK + i] = weight * z[from + a][start + i];
                }
            }
            consumer.accept(block, rows);
        }
    }

    /** Takes some rows, column-major with leading dimension {@link FixedBasis#BLOCK}. */
    @FunctionalInterface
    private interface BlockConsumer {
        void accept(double[] block, int rows);
    }

    /** Z ← Z √n R⁻¹, unless R is singular to working precision. */
    private void replace(double[] r, int from, int width) {
        for (int j = 0; j < width; j++) {
            double length = 0;
            for (int i = 0; i <= j; i++) {
                length = Math.hypot(length, r[i + j * width]);
            }
            if (!(Math.abs(r[j + j * width]) > FixedBasis.RANK_TOLERANCE * length)) {
                return;
            }
        }
        int n = z[from].length;
        double root = Math.sqrt(n);
        double[][] fresh = new double[width][];
        for (int j = 0; j < width; j++) {
            double pivot = r[j + j * width] / root;
            double[] column = z[from + j].clone();
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < j; k++) {
                    column[i] -= r[k + j * width] / root * fresh[k][i];
                }
                column[i] /= pivot;
            }
            fresh[j] = column;
            // column j of √n R⁻¹, by the same recursion on the identity
            int q = columns();
            for (int i = 0; i <= j; i++) {
                double sum = i == j ? 1 : 0;
                for (int k = i; k < j; k++) {
                    sum -= r[k + j * width] / root * first[from + i + (from + k) * q];
                }
                first[from + i + (from + j) * q] = sum / pivot;
            }
        }
        System.arraycopy(fresh, 0, z, from, width);
    }

    /**
     * Chooses T from the average cross-products of the columns.
     *
     * @param mean {@code Σ_j Z_j'WZ_j / n}, q×q symmetric; not modified
     */
    void chooseBasis(double[] mean) {
        int q = columns();
        for (int t = 0; t < terms.size(); t++) {
            for (int a = firstColumn[t]; a < firstColumn[t + 1]; a++) {
                String name = terms.get(t).names()[a - firstColumn[t]];
                FixedBasis.checkMagnitude("The random-effects predictor " + name, mean[a + a * q], z[a]);
            }
        }
        second = new double[q * q];
        for (int t = 0; t < terms.size(); t++) {
            int from = firstColumn[t];
            int width = firstColumn[t + 1] - from;
            if (!terms.get(t).covariance().basisFree() || !whiten(mean, from, width)) {
                for (int a = from; a < from + width; a++) {
                    double square = mean[a + a * q];
                    boolean free = terms.get(t).covariance().basisFree() && square > 0;
                    second[a + a * q] = free ? 1 / Math.sqrt(square) : 1;
                }
            }
        }
    }

    private boolean whiten(double[] mean, int from, int width) {
        int q = columns();
        double[] l = new double[width * width];
        for (int j = 0; j < width; j++) {
            for (int i = j; i < width; i++) {
                l[i + j * width] = mean[from + i + (from + j) * q]
                        / Math.sqrt(mean[from + i + (from + i) * q] * mean[from + j + (from + j) * q]);
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
            Arrays.fill(column, 0);
            column[j] = 1;
            SmallCholesky.solveLowerTransposed(l, 0, width, width, column, 0, 1, width);
            for (int i = 0; i <= j; i++) {
                second[from + i + (from + j) * q] = column[i] / Math.sqrt(mean[from + i + (from + i) * q]);
            }
        }
        return true;
    }
}
