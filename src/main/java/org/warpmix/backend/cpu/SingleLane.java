package org.warpmix.backend.cpu;

import org.warpmix.backend.lanes.LaneCriterion;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Likelihood;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Profile;
import org.warpmix.likelihood.ProfiledCriterion;

/** One lane over any likelihood: for models whose evaluation is itself a batch of blocks. */
final class SingleLane implements LaneCriterion {

    /** Predicted excess at which a search ends, as evaluations are dear: far below the rounding of the criterion. */
    private static final double TOLERANCE = 1e-11;

    private final Crossproducts design;
    private final ProfiledCriterion observed;
    private final double degrees;
    private final double[] response;
    private final int yy;
    private final double[] x;
    private final double[] gradient;
    private ProfiledCriterion criterion;
    private Likelihood.Solution solution;

    SingleLane(Crossproducts design, Method method, ProfiledCriterion criterion) {
        this.design = design;
        this.observed = criterion;
        this.degrees = new Profile(design, method).degrees();
        ResponseLayout layout = ResponseLayout.of(design);
        this.response = new double[layout.size()];
        this.yy = layout.yy();
        this.criterion = criterion;
        this.x = new double[criterion.parameters().count()];
        this.gradient = new double[x.length];
    }

    @Override
    public int lanes() {
        return 1;
    }

    @Override
    public void load(int[] into, int count, double[][] drawn, int first, boolean[] sound) {
        for (int e = 0; e < response.length; e++) {
            response[e] = drawn[e][first];
        }
        sound[0] = response[yy] > 0 && response[yy] < Double.POSITIVE_INFINITY;
        if (sound[0]) {
            criterion = observed.withResponse(design.withResponse(response));
        }
    }

    @Override
    public void evaluate(double[][] point, int[] occupied, int count, double[] value, double[][] into) {
        for (int e = 0; e < x.length; e++) {
            x[e] = point[e][0];
        }
        value[0] = criterion.value(x, gradient);
        for (int e = 0; e < x.length; e++) {
            into[e][0] = gradient[e];
        }
        solution = null;
    }

    @Override
    public double tolerance() {
        return TOLERANCE;
    }

    @Override
    public double rSquared(int lane) {
        return solution().rSquared();
    }

    @Override
    public double degrees(int lane) {
        return degrees;
    }

    @Override
    public void gamma(int lane, double[] gamma) {
        System.arraycopy(solution().gamma(), 0, gamma, 0, gamma.length);
    }

    @Override
    public void fixedInverse(int lane, double[] inverse) {
        System.arraycopy(solution().mInverse(), 0, inverse, 0, inverse.length);
    }

    private Likelihood.Solution solution() {
        if (solution == null) {
            solution = criterion.solve(x);
        }
        return solution;
    }
}
