package org.warpmix.study;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.warpmix.backend.Backend;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.likelihood.Method;
import org.warpmix.table.NearestNames;
import org.warpmix.unit.Shard;
import org.warpmix.unit.UnitStore;
import org.warpmix.unit.Workers;

/**
 * A simulation study: conditions, models that analyse what is drawn, tests, and how many replicates. Immutable; each {@code with…}
 * gives another one.
 *
 * <pre>
 * Study study = Study.of(Condition.of(design, truth))
 *         .withModel(AnalysisModel.of("y ~ treat + (1 | school)"))
 *         .withMethods(TestMethod.SATTERTHWAITE, TestMethod.KENWARD_ROGER)
 *         .withReplicates(10_000);
 * Measure power = study.run().tally(0, 0).rejection("beta.treat", TestMethod.SATTERTHWAITE);
 * </pre>
 *
 * <p>Replicate i of a condition depends on the seed, the condition's number, and i, on nothing else; all models see the same data.
 */
public final class Study {

    private static final int LARGEST_BLOCK = 1000;
    private static final int SMALLEST_BLOCK = 50;
    private static final int BLOCKS = 10;

    private final List<Condition> conditions;
    private final List<AnalysisModel> models;
    private final List<TestMethod> methods;
    private final List<String> parameters;
    private final StopRule stop;
    private final Settings settings;

    /** What a study has a default of; a copy is changed, never one in use. */
    private static final class Settings implements Cloneable {
        int replicates = 1000;
        int block;
        long seed = 1;
        boolean common;
        double level = 0.95;
        int permutations = 999;
        Backend backend = new CpuBackend();
        int threads = Workers.threads();

        Settings changed(Consumer<Settings> change) {
            try {
                Settings copy = (Settings) clone();
                change.accept(copy);
                return copy;
            } catch (CloneNotSupportedException e) {
                throw new AssertionError("It is cloneable.", e);
            }
        }
    }

    private Study(
            List<Condition> conditions,
            List<AnalysisModel> models,
            List<TestMethod> methods,
            List<String> parameters,
            StopRule stop,
            Settings settings) {
        this.conditions = List.copyOf(conditions);
        this.models = List.copyOf(models);
        this.methods = List.copyOf(methods);
        this.parameters = List.copyOf(parameters);
        this.stop = stop;
        this.settings = settings;
    }

    /** A study of 1,000 replicates of each condition with seed 1 and Satterthwaite's tests at 5 %; models are to be added. */
    public static Study of(List<Condition> conditions) {
        if (conditions.isEmpty()) {
            throw new IllegalArgumentException("A study without conditions. Give one at least.");
        }
        return new Study(
                conditions, List.of(), List.of(TestMethod.SATTERTHWAITE), List.of(), StopRule.NEVER, new Settings());
    }

    /** See {@link #of(List)}. */
    public static Study of(Condition... conditions) {
        return of(List.of(conditions));
    }

    private Study with(Consumer<Settings> change) {
        return new Study(conditions, models, methods, parameters, stop, settings.changed(change));
    }

    /** Takes other conditions. */
    Study withConditions(List<Condition> others) {
        return new Study(others, models, methods, parameters, stop, settings);
    }

    /** Adds a model, right or wrong. */
    public Study withModel(AnalysisModel model) {
        if (models.stream().anyMatch(one -> one.name().equals(model.name()))) {
            throw new IllegalArgumentException(
                    "Two models are called " + NearestNames.quote(model.name()) + ". Names must differ.");
        }
        List<AnalysisModel> more = new ArrayList<>(models);
        more.add(model);
        return new Study(conditions, more, methods, parameters, stop, settings);
    }

    /** Chooses the tests. */
    public Study withMethods(TestMethod... chosen) {
        return new Study(conditions, models, List.of(chosen).stream().distinct().toList(), parameters, stop, settings);
    }

    /** Reports some parameters only, and tests no other coefficients. */
    public Study withParameters(String... names) {
        return new Study(conditions, models, methods, List.of(names), stop, settings);
    }

    /** Sets the number of replicates of each condition, or the most of them. */
    public Study withReplicates(int number) {
        requirePositive("Replicates", number);
        return with(changed -> changed.replicates = number);
    }

    /** Sets how many replicates are one unit of work, after each of which {@link #withStop} is looked at. */
    public Study withBlock(int number) {
        requirePositive("Replicates of a block", number);
        return with(changed -> changed.block = number);
    }

    /** Lets conditions end early. */
    public Study withStop(StopRule rule) {
        return new Study(conditions, models, methods, parameters, rule, settings);
    }

    /** Chooses the random numbers; any seed will do. */
    public Study withSeed(long seed) {
        return with(changed -> changed.seed = seed);
    }

    /** Gives all conditions the same random numbers, so that they differ by less chance; else each has its own. */
    public Study withCommonNumbers(boolean asked) {
        return with(changed -> changed.common = asked);
    }

    /** Sets the level of intervals; tests are at one minus it. */
    public Study withLevel(double level) {
        if (!(level > 0 && level < 1)) {
            throw new IllegalArgumentException("A level of " + level + ". Levels are between 0 and 1, e.g. 0.95.");
        }
        return with(changed -> changed.level = level);
    }

    /** Sets how many permutations a permutation test makes. */
    public Study withPermutations(int number) {
        requirePositive("Permutations", number);
        return with(changed -> changed.permutations = number);
    }

    /** Chooses where replicates are fitted. */
    public Study withBackend(Backend backend) {
        return with(changed -> changed.backend = backend);
    }

    /** Chooses how many threads work; results do not depend on it. */
    public Study withThreads(int number) {
        requirePositive("Threads", number);
        return with(changed -> changed.threads = number);
    }

    private static void requirePositive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException(what + ": " + number + " were asked for. Ask for one at least.");
        }
    }

    /** The conditions. */
    public List<Condition> conditions() {
        return conditions;
    }

    /** The models. */
    public List<AnalysisModel> models() {
        return models;
    }

    /** The tests. */
    public List<TestMethod> methods() {
        return methods;
    }

    /** Names of the parameters to report; empty for all. */
    public List<String> parameters() {
        return parameters;
    }

    /** When conditions end early. */
    public StopRule stop() {
        return stop;
    }

    /** Replicates of each condition, or the most of them. */
    public int replicates() {
        return settings.replicates;
    }

    /** Replicates of a unit of work; the last of a condition may have fewer. */
    public int block() {
        if (settings.block > 0) {
            return Math.min(settings.block, settings.replicates);
        }
        int share = (settings.replicates + BLOCKS - 1) / BLOCKS;
        return Math.min(settings.replicates, Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, share)));
    }

    /** The seed. */
    public long seed() {
        return settings.seed;
    }

    /** The seed of the random numbers of a condition. */
    long seed(int condition) {
        if (settings.common) {
            return settings.seed;
        }
        long mixed = settings.seed + (condition + 1) * 0x9E3779B97F4A7C15L; // splitmix64: Steele, Lea and Flood 2014
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** Level of the intervals. */
    public double level() {
        return settings.level;
    }

    /** Permutations of a permutation test. */
    public int permutations() {
        return settings.permutations;
    }

    /** Where replicates are fitted. */
    public Backend backend() {
        return settings.backend;
    }

    /** How many threads work. */
    public int threads() {
        return settings.threads;
    }

    /**
     * Looks at the study, before the work is done.
     *
     * @throws IllegalArgumentException naming the condition in which something does not go together
     */
    public Simulation simulation() {
        if (models.isEmpty()) {
            throw new IllegalArgumentException("A study without a model to analyse by. Add one.");
        }
        if (methods.contains(TestMethod.KENWARD_ROGER)) {
            for (AnalysisModel model : models) {
                if (model.mixed() && model.method() != Method.REML) {
                    throw new IllegalArgumentException("Model " + NearestNames.quote(model.name())
                            + " is fitted by ML, and Kenward and Roger's method needs REML. Leave out either.");
                }
            }
        }
        return new Simulation(this);
    }

    /** Runs it. */
    public StudyResult run() {
        Simulation simulation = simulation();
        try (UnitStore store = UnitStore.inMemory()) {
            simulation.run(store, Shard.WHOLE, done -> true);
            return simulation.result(store);
        }
    }
}
