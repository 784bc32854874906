package org.warpmix.likelihood.iterative;

/** What is known at given Λ: {@code log|A|} with its derivative, and W without the random effects ({@link EliminatedSides}). */
final class Evaluation {

    /** Share of the memory for the blocks of vectors. */
    private static final double SHARE = 0.25;

    private static final int STEPS_EXPECTED = 40;

    private final Structure structure;
    private final Sides sides;
    private final Probes probes;
    private final SchurComplement schur;
    private final double[][] lambda;
    private final double tolerance;
    private final int w;
    /** Of the core: what eliminates the random effects from W, column by column of W. */
    private final double[] u;

    private final SchurComplement.Extension extension;
    private final EliminatedSides eliminated;
    /** {@code null} where log|A| is left out. */
    private final TraceEstimate trace;

    private double logTrace;
    private boolean positive;
    private int steps;
    private double residual;
    private double smallest = 1;

    /**
     * Evaluates.
     *
     * @param probes those of log|A|, or {@code null} to leave it out
     * @param derivative whether {@link #addLogDet} will be asked for
     */
    Evaluation(
            Structure structure,
            Sides sides,
            Probes probes,
            SchurComplement schur,
            double[][] lambda,
            double tolerance,
            boolean derivative) {
        this.structure = structure;
        this.sides = sides;
        this.probes = probes;
        this.schur = schur;
        this.lambda = lambda;
        this.tolerance = tolerance;
        w = sides.width();
        int count = probes == null ? 0 : probes.count();
        u = new double[Math.multiplyExact(structure.rows(), w)];
        extension = new SchurComplement.Extension(structure, w, true);
        eliminated = new EliminatedSides(structure, sides, lambda, u, extension);
        trace = probes == null ? null : new TraceEstimate(probes, derivative ? lambda : null);
        positive = schur.set(lambda);
        if (positive) {
            int group = group(count + w);
            for (int from = -w; from < count; from += group) {
                run(from, Math.min(from + group, count), derivative);
            }
            logTrace = trace == null ? 0 : trace.value();
            positive = eliminated.form() && !Double.isNaN(logTrace);
        }
    }

    /** How many columns go at once, for want of memory; those of W go together. */
    private int group(int all) {
        double column = 8.0 * (4.0 * structure.firstRows() + (8.0 + STEPS_EXPECTED) * structure.rows());
        return (int) Math.max(w + 4, Math.min(all, SHARE * Runtime.getRuntime().maxMemory() / column));
    }

    /** A block of columns: probes from their numbers, with those of W before them where the first number is negative. */
    private void run(int from, int to, boolean derivative) {
        boolean first = from < 0;
        int m = to - from;
        int own = first ? w : 0;
        double[] b = new double[Math.multiplyExact(structure.rows(), m)];
        if (first) {
            schur.extend(u, sides.first(), sides.core(), extension);
            double[] scaled = new double[u.length];
            schur.scale(null, extension.t, scaled, w);
            spread(scaled, w, b, m);
        }
        if (m > own) {
            probes.fill(from + own, to, b, m, own);
        }
        SchurComplement.Extension work = new SchurComplement.Extension(structure, m, false);
        ConjugateGradients run = new ConjugateGradients(schur, b, structure.rows(), m, tolerance, derivative, work);
        steps = Math.max(steps, run.steps());
        residual = Math.max(residual, run.residual());
        if (first) {
            double[] scaled = new double[u.length];
            gather(run.solution(), m, scaled, w);
            schur.unscale(scaled, u, w);
            for (int e = 0; e < u.length; e++) {
                u[e] = -u[e];
            }
            schur.extend(u, sides.first(), sides.core(), extension);
        }
        if (m == own) {
            return;
        }
        double[][][] forms = new double[m - own][][];
        Ranges.each(forms.length, (begin, end) -> {
            for (int c = begin; c < end; c++) {
                LanczosQuadrature quadrature = run.quadrature(own + c);
                trace.put(from + own + c, quadrature);
                synchronized (this) {
                    smallest = Math.min(smallest, quadrature.smallest());
                }
                forms[c] = derivative ? quadrature.derivative() : null;
            }
        });
        if (derivative) {
            differentiate(run, forms, from + own);
        }
    }

    private static void spread(double[] narrow, int w, double[] wide, int m) {
        for (int i = 0; i * w < narrow.length; i++) {
            System.arraycopy(narrow, i * w, wide, i * m, w);
        }
    }

    private static void gather(double[] wide, int m, double[] narrow, int w) {
        for (int i = 0; i * w < narrow.length; i++) {
            System.arraycopy(wide, i * m, narrow, i * w, w);
        }
    }

    /** The derivatives of {@code z'log(Ŝ)z} and of {@code z'Ŝz}, for each z. */
    private void differentiate(ConjugateGradients run, double[][][] forms, int number) {
        int count = forms.length;
        int most = 0;
        for (double[][] form : forms) {
            most = Math.max(most, form.length);
        }
        double[][] ofLog = new double[lambda.length][];
        double[][] ofShift = new double[lambda.length][];
        for (int f = 0; f < lambda.length; f++) {
            ofLog[f] = new double[lambda[f].length * count];
            ofShift[f] = new double[lambda[f].length * count];
        }
        double[] x = new double[structure.rows() * count];
        double[] y = new double[x.length];
        SchurComplement.Extension work = new SchurComplement.Extension(structure, count, true);
        double[][] weights = new double[count][];
        for (int form = -1; form < most; form++) {
            for (int c = 0; c < count; c++) {
                weights[c] = form < 0
                        ? new double[] {run.startLength(c + run.columns() - count)}
                        : form < forms[c].length ? forms[c][form] : new double[0];
            }
            run.combine(weights, x);
            schur.unscale(x, y, count);
            schur.extend(y, null, null, work);
            schur.scale(y, work.t, x, count);
            schur.addQuadratic(y, x, work, form < 0 ? ofShift : ofLog);
        }
        trace.putSlopes(number, count, ofLog, ofShift);
    }

    /** Whether everything is positive definite and there is a value. */
    boolean positive() {
        return positive;
    }

    /** Steps of the conjugate gradients. */
    int steps() {
        return steps;
    }

    /** Largest relative residual. */
    double residual() {
        return residual;
    }

    /** Random effects of the core. */
    int size() {
        return structure.rows();
    }

    /** Smallest eigenvalue of Ŝ that the probes saw. */
    double smallest() {
        return smallest;
    }

    /** {@code log|A|}. */
    double logDet() {
        return schur.logDet() + logTrace + eliminated.logDetBorder();
    }

    /** What is known of log|A|'s scatter. */
    TraceEstimate trace() {
        return trace;
    }

    /** Adds the derivative of {@code log|A|}. */
    void addLogDet(double[][] dLambda) {
        schur.addDerivative(dLambda);
        trace.addDerivative(dLambda);
        eliminated.addLogDetBorder(dLambda);
    }

    /** W without the random effects. */
    EliminatedSides sides() {
        return eliminated;
    }
}
