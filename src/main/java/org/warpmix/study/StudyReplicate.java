package org.warpmix.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.backend.ReplicateStatus;
import org.warpmix.inference.Estimands;

/** One replicate of a condition: what each model made of it. Immutable. */
public final class StudyReplicate {

    /**
     * A parameter.
     *
     * @param tests by method; empty where the parameter is not tested
     */
    public record Estimate(String name, double truth, double estimate, List<Test> tests) {}

    /**
     * A test that a coefficient is zero.
     *
     * @param standardError NaN for methods that have none, as are the degrees of freedom
     */
    public record Test(TestMethod method, double standardError, double degrees, double p) {}

    /** What a model made of it. */
    public record ModelFit(
            String model, ReplicateStatus status, boolean singular, double criterion, List<Estimate> estimates) {}

    private final Study study;
    private final int condition;
    private final long replicate;
    private final List<ModelFit> fits = new ArrayList<>();

    StudyReplicate(Study study, int condition, long replicate, List<Sheet> sheets) {
        this.study = study;
        this.condition = condition;
        this.replicate = replicate;
        sheets.forEach(sheet -> fits.add(fit(sheet)));
    }

    private static ModelFit fit(Sheet sheet) {
        ModelPlan plan = sheet.plan();
        Estimands estimands = new Estimands(plan.terms(), plan.coefficientNames());
        double[][] columns = estimands.columns(sheet.block());
        List<Estimate> estimates = new ArrayList<>();
        for (int k : plan.reported()) {
            List<Test> tests = new ArrayList<>();
            boolean tested = Arrays.stream(plan.tested()).anyMatch(j -> j == k);
            for (int m = 0; tested && m < plan.methods().size(); m++) {
                tests.add(new Test(
                        plan.methods().get(m), sheet.error(m, k, 0), sheet.degrees(m, k, 0), sheet.p(m, k, 0, 0)));
            }
            String name = plan.parameters().get(k);
            estimates.add(new Estimate(
                    name, plan.truths()[k], columns[estimands.names().indexOf(name)][0], List.copyOf(tests)));
        }
        return new ModelFit(
                plan.model().name(),
                sheet.block().status()[0],
                sheet.block().singular()[0],
                sheet.block().criterion()[0],
                List.copyOf(estimates));
    }

    /** The study. */
    public Study study() {
        return study;
    }

    /** Number of the condition, from 0. */
    public int condition() {
        return condition;
    }

    /** Number of the replicate, from 1. */
    public long replicate() {
        return replicate;
    }

    /** By model. */
    public List<ModelFit> fits() {
        return List.copyOf(fits);
    }
}
