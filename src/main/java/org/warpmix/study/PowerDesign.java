package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;
import org.warpmix.fit.Fit;
import org.warpmix.fit.VarianceComponent;
import org.warpmix.formula.Group;
import org.warpmix.formula.RandomBar;
import org.warpmix.table.Column;
import org.warpmix.table.Table;

/** What power is reckoned for: a design of any number of groups and rows, and the truth. Immutable. */
public final class PowerDesign {

    /** Makes a design; numbers of 0 leave what there is. */
    @FunctionalInterface
    private interface Sized {
        StudyDesign of(int groups, int rows);
    }

    private final Sized sized;
    private final Truth truth;
    private final String factor;

    private PowerDesign(Sized sized, Truth truth, String factor) {
        this.sized = sized;
        this.truth = truth;
        this.factor = factor;
    }

    /**
     * From a pilot's fit: the truth is what was estimated, the design what was there, repeated: group k copies the pilot's group
     * {@code k mod J}, row i of a group its row {@code i mod n}.
     *
     * @param factor of which there may be more or fewer levels; {@code null} for the one that all others are nested in
     */
    public static PowerDesign ofPilot(Fit fit, Table table, String factor) {
        if (fit.model().options().weights() != null || fit.model().options().offset() != null) {
            throw new IllegalArgumentException(
                    "Power is reckoned for models without weights and offset. Fit the pilot without.");
        }
        List<List<String>> grouping = new ArrayList<>();
        for (RandomBar bar : fit.model().formula().bars()) {
            for (Group group : bar.groups()) {
                grouping.add(group.parts().stream()
                        .flatMap(part -> part.columns().stream())
                        .distinct()
                        .toList());
            }
        }
        Table.Builder rows = Table.builder();
        for (String name : fit.model().formula().variables()) {
            Column column = table.column(name);
            if (!fit.model().formula().response().columns().contains(name)) {
                rows.column(name, column.at(fit.design().data().rows()));
            }
        }
        PilotDesign pilot = PilotDesign.of(rows.build(), grouping, factor);
        return new PowerDesign(
                (groups, number) -> pilot.withGroups(groups).withRows(number), truth(fit), pilot.factor());
    }

    private static Truth truth(Fit fit) {
        Truth truth = Truth.of(fit.model().formula().toString()).withSigma(fit.sigma());
        for (int j = 0; j < fit.fixedEffects().size(); j++) {
            truth = truth.withEffect(
                    fit.fixedEffects().name(j), fit.fixedEffects().estimate(j));
        }
        for (String group : fit.groups().keySet()) {
            truth = truth.withRandom(group, random(fit, group));
        }
        return truth;
    }

    /** The effects of all terms of a group, those of different terms uncorrelated. */
    private static RandomEffects random(Fit fit, String group) {
        List<VarianceComponent> terms = fit.randomEffects().stream()
                .filter(component -> component.group().equals(group))
                .toList();
        int q = terms.stream().mapToInt(VarianceComponent::size).sum();
        double[] deviations = new double[q];
        double[] correlations = new double[q * (q - 1) / 2];
        int first = 0;
        for (VarianceComponent term : terms) {
            for (int j = 0; j < term.size(); j++) {
                int column = first + j;
                deviations[column] = term.standardDeviation(j);
                for (int i = j + 1; i < term.size(); i++) {
                    double r = term.correlation(i, j);
                    correlations[column * q - column * (column + 1) / 2 + first + i - column - 1] =
                            Double.isFinite(r) ? Math.max(-1, Math.min(1, r)) : 0;
                }
            }
            first += term.size();
        }
        return RandomEffects.of(deviations).withCorrelations(correlations);
    }

    /**
     * From stated values.
     *
     * @param factor of which there may be more or fewer levels; {@code null} for the only or the first one
     */
    public static PowerDesign of(DrawnDesign design, Truth truth, String factor) {
        String chosen = factor == null ? design.factorNames().get(0) : factor;
        design.withOtherLevels(chosen, Sizes.of(1)); // one that is not there is told of at once
        return new PowerDesign(
                (groups, rows) -> {
                    DrawnDesign changed = groups == 0 ? design : design.withOtherLevels(chosen, Sizes.of(groups));
                    return rows == 0 ? changed : changed.withOtherRows(Sizes.of(rows));
                },
                truth,
                chosen);
    }

    /** The design with so many groups and rows of each; 0 for those there are. */
    StudyDesign design(int groups, int rows) {
        return sized.of(groups, rows);
    }

    /** The grouping factor of which there may be more or fewer levels. */
    public String factor() {
        return factor;
    }

    /** The truth, as stated or estimated. */
    public Truth truth() {
        return truth;
    }
}
