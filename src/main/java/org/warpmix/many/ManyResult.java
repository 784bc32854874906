package org.warpmix.many;

import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.unit.UnitStore;

/**
 * What the fits of many columns found: p-values of all coefficients and how the fits ended, in memory; estimates unit by unit from
 * the store. The store stays open as long as this is used.
 */
public final class ManyResult {

    private final ManyResponses many;
    private final UnitStore store;
    private final double[][] p;
    private final double[][] t;
    private int converged;
    private int notConverged;
    private int failed;
    private int singular;
    private int incomplete;

    private ManyResult(ManyResponses many, UnitStore store) {
        this.many = many;
        this.store = store;
        int coefficients = many.coefficients().size();
        this.p = new double[coefficients][many.columns()];
        this.t = new double[coefficients][many.columns()];
    }

    /** The result of a run whose units are all there. */
    public static ManyResult of(ManyResponses many, UnitStore store) {
        ManyResult result = new ManyResult(many, store);
        result.forEach(result::add);
        return result;
    }

    private void add(ColumnEstimates unit) {
        for (int c = 0; c < unit.count(); c++) {
            switch (unit.status()[c]) {
                case CONVERGED -> converged++;
                case NOT_CONVERGED -> notConverged++;
                case FAILED -> failed++;
            }
            singular += unit.singular()[c] ? 1 : 0;
            incomplete += unit.status()[c] != ReplicateStatus.FAILED && unit.rows()[c] < many.rows() ? 1 : 0;
            for (int j = 0; j < p.length; j++) {
                p[j][unit.first() + c] = unit.p(j, c);
                t[j][unit.first() + c] = unit.t(j, c);
            }
        }
    }

    /** Goes through the estimates, unit by unit. */
    public void forEach(Consumer<ColumnEstimates> reader) {
        for (int unit = 0; unit < many.units(); unit++) {
            reader.accept(many.estimates(unit, store));
        }
    }

    /** The columns with the smallest p-values of a coefficient, those first; their 0-based numbers. */
    public int[] smallest(int coefficient, int count) {
        double[] of = p[coefficient];
        return IntStream.range(0, of.length)
                .filter(c -> !Double.isNaN(of[c]))
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(c -> of[c])
                        .thenComparing(c -> -Math.abs(t[coefficient][c]))
                        .thenComparing(c -> c))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The unit with the estimates of a column. */
    public ColumnEstimates unitOf(int column) {
        return many.estimates(many.unitOf(column), store);
    }

    /** What was asked for. */
    public ManyResponses many() {
        return many;
    }

    /** The p-values of a coefficient, one per column; NaN where there is none. Shared, not to be modified. */
    public double[] p(int coefficient) {
        return p[coefficient];
    }

    /** The t statistics of a coefficient, likewise. */
    public double[] t(int coefficient) {
        return t[coefficient];
    }

    /** Number of columns whose search met its tolerance. */
    public int converged() {
        return converged;
    }

    /** Number of columns whose search did not. */
    public int notConverged() {
        return notConverged;
    }

    /** Number of columns without estimates. */
    public int failed() {
        return failed;
    }

    /** Number of columns with a singular covariance matrix of random effects. */
    public int singular() {
        return singular;
    }

    /** Number of columns fitted to fewer rows than others, since they lack some. */
    public int incomplete() {
        return incomplete;
    }
}
