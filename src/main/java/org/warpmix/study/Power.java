package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.warpmix.random.Variates;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;

/**
 * Power of the test of a coefficient by simulation, over numbers of groups, rows of each and effect sizes. Immutable; each
 * {@code with…} gives another one.
 *
 * <pre>
 * Power power = Power.of(PowerDesign.ofPilot(fit, table, null), "Days")
 *         .withEffects(5, 10).withGroups(6, 12, 18).withReplicates(1000);
 * List&lt;PowerPoint&gt; curve = power.run();
 * PowerSearch groups = power.search(Power.Size.GROUPS, 0.8, 1000, 5.0, 0);
 * </pre>
 *
 * <p>All points have the same random numbers, so that they differ by less chance. The model that analyses is the truth's unless it is
 * said otherwise.
 */
public final class Power {

    /** What a search looks for. */
    public enum Size {
        /** Levels of the factor of which there may be more. */
        GROUPS,
        /** Rows of each group, of each cell where factors are crossed. */
        ROWS
    }

    private final PowerDesign design;
    private final String coefficient;
    private final AnalysisModel model;
    private final TestMethod test;
    private final int[] groups;
    private final int[] rows;
    private final double[] effects;
    private final Study settings;

    private Power(
            PowerDesign design,
            String coefficient,
            AnalysisModel model,
            TestMethod test,
            int[] groups,
            int[] rows,
            double[] effects,
            Study settings) {
        this.design = design;
        this.coefficient = coefficient;
        this.model = model;
        this.test = test;
        this.groups = groups;
        this.rows = rows;
        this.effects = effects;
        this.settings = settings;
    }

    /**
     * Power of Satterthwaite's test at 5 % with the design and the effect as they are, by 1,000 replicates with seed 1.
     *
     * @param coefficient by R's name of its column
     */
    public static Power of(PowerDesign design, String coefficient) {
        Table rows = design.design(0, 0).draw(new Variates(0));
        List<String> names =
                List.of(new ResponseDrawer(design.truth(), rows).data().fixedNames());
        if (!names.contains(coefficient)) {
            throw new IllegalArgumentException("There is no coefficient " + NearestNames.quote(coefficient) + " in "
                    + design.truth().formula()
                    + ". " + NearestNames.hint(coefficient, names)
                    + " A term of several coefficients has no one effect size: name one of them.");
        }
        double effect = design.truth().effects().getOrDefault(coefficient, 0.0);
        return new Power(
                design,
                coefficient,
                AnalysisModel.of(design.truth().formula().toString()),
                TestMethod.SATTERTHWAITE,
                new int[] {0},
                new int[] {0},
                new double[] {effect},
                Study.of(Condition.of(design.design(0, 0), design.truth()))
                        .withCommonNumbers(true)
                        .withParameters(coefficient));
    }

    /** Analyses by another model than the truth. */
    public Power withModel(AnalysisModel other) {
        return new Power(design, coefficient, other, test, groups, rows, effects, settings);
    }

    /** Chooses the test. */
    public Power withTest(TestMethod chosen) {
        return new Power(design, coefficient, model, chosen, groups, rows, effects, settings);
    }

    /** Sets the numbers of groups. */
    public Power withGroups(int... numbers) {
        return new Power(design, coefficient, model, test, atLeast(2, numbers), rows, effects, settings);
    }

    /** Sets the numbers of rows of each group. */
    public Power withRows(int... numbers) {
        return new Power(design, coefficient, model, test, groups, atLeast(1, numbers), effects, settings);
    }

    private static int[] atLeast(int least, int[] numbers) {
        for (int number : numbers) {
            if (number < least) {
                throw new IllegalArgumentException((least == 2 ? "Groups: " : "Rows of a group: ") + number
                        + " were asked for. Ask for " + least + " at least.");
            }
        }
        return numbers.clone();
    }

    /** Sets the effect sizes: values of the coefficient. */
    public Power withEffects(double... sizes) {
        return new Power(design, coefficient, model, test, groups, rows, sizes.clone(), settings);
    }

    /** Sets replicates, seed, level, permutations, backend and threads as this study has them. */
    public Power with(UnaryOperator<Study> change) {
        return new Power(design, coefficient, model, test, groups, rows, effects, change.apply(settings));
    }

    /** Sets the number of replicates of each point. */
    public Power withReplicates(int number) {
        return with(study -> study.withReplicates(number));
    }

    /** The effect sizes. */
    public double[] effects() {
        return effects.clone();
    }

    /** The numbers of groups; 0 for as many as there are. */
    public int[] groups() {
        return groups.clone();
    }

    /** The numbers of rows of each group; 0 for as many as there are. */
    public int[] rows() {
        return rows.clone();
    }

    /** Name of the coefficient. */
    public String coefficient() {
        return coefficient;
    }

    /** The test. */
    public TestMethod test() {
        return test;
    }

    /** The model that analyses. */
    public AnalysisModel model() {
        return model;
    }

    /** The study of all points: effects change fastest, then rows. */
    public Study study() {
        List<Condition> conditions = new ArrayList<>();
        for (int number : groups) {
            for (int count : rows) {
                for (double effect : effects) {
                    conditions.add(condition(number, count, effect));
                }
            }
        }
        return study(conditions);
    }

    private Condition condition(int number, int count, double effect) {
        Condition condition =
                Condition.of(design.design(number, count), design.truth().withEffect(coefficient, effect));
        if (number > 0) {
            condition = condition.withLabel("groups", number);
        }
        if (count > 0) {
            condition = condition.withLabel("rows", count);
        }
        return condition.withLabel("effect", effect);
    }

    private Study study(List<Condition> conditions) {
        return settings.withConditions(conditions).withModel(model).withMethods(test);
    }

    /** The points, once their study has run. */
    public List<PowerPoint> points(StudyResult result) {
        List<PowerPoint> points = new ArrayList<>();
        for (int number : groups) {
            for (int count : rows) {
                for (double effect : effects) {
                    points.add(PowerPoint.of(number, count, effect, result.tally(points.size(), 0), test));
                }
            }
        }
        return points;
    }

    /** Runs it. */
    public List<PowerPoint> run() {
        return points(study().run());
    }

    /**
     * Looks for the smallest design that has a power: the size is doubled until it is reached, then halved in between. The power of
     * the size found is at least what is wanted, that of one less is below it, both as estimated.
     *
     * @param size what to change
     * @param target power wanted
     * @param most size to look at
     * @param effect value of the coefficient
     * @param other rows of each group where groups are looked for, groups where rows are; 0 for those there are
     */
    public PowerSearch search(Size size, double target, int most, double effect, int other) {
        if (!(target > 0 && target < 1)) {
            throw new IllegalArgumentException("A wanted power of " + target + ". Take one between 0 and 1, e.g. 0.8.");
        }
        List<PowerPoint> looked = new ArrayList<>();
        int least = size == Size.GROUPS ? 4 : 2;
        int low = least - 1; // known or taken to have too little
        int high = Math.min(least, most);
        while (!reaches(size, high, other, effect, target, looked)) {
            low = high;
            if (high == most) {
                return new PowerSearch(size, target, 0, looked);
            }
            high = (int) Math.min(2L * high, most);
        }
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (reaches(size, middle, other, effect, target, looked)) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return new PowerSearch(size, target, high, looked);
    }

    private boolean reaches(Size size, int number, int other, double effect, double target, List<PowerPoint> looked) {
        int groupsHere = size == Size.GROUPS ? number : other;
        int rowsHere = size == Size.ROWS ? number : other;
        StudyResult result =
                study(List.of(condition(groupsHere, rowsHere, effect))).run();
        PowerPoint point = PowerPoint.of(groupsHere, rowsHere, effect, result.tally(0, 0), test);
        looked.add(point);
        return point.power().value() >= target;
    }
}
