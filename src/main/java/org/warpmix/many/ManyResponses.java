package org.warpmix.many;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.warpmix.backend.Backend;
import org.warpmix.backend.BatchOptions;
import org.warpmix.backend.cpu.CpuBackend;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.fit.LinearMixedModel;
import org.warpmix.inference.effects.DegreesOfFreedom;
import org.warpmix.likelihood.Method;
import org.warpmix.model.Design;
import org.warpmix.model.ModelData;
import org.warpmix.random.Variates;
import org.warpmix.replicate.UserResponses;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;
import org.warpmix.table.WideColumns;
import org.warpmix.unit.RunIdentity;
import org.warpmix.unit.UnitRun;
import org.warpmix.unit.UnitStore;
import org.warpmix.unit.Workers;

/**
 * One model fitted to each of many response columns. Immutable; each {@code with…} gives another one. It serves one thread, as the
 * columns do.
 *
 * <pre>
 * LinearMixedModel model = ManyResponses.model("~ x + (x | g)");
 * ManyResult result = ManyResponses.of(model, table, WideColumns.ofMatrix(Path.of("voxels.npy"))).run();
 * </pre>
 *
 * <p>The estimates of a column are those of a fit to it alone. Columns that lack the same rows share a design; a row that lacks a
 * predictor is left out of all. A column has none (status FAILED) where it is constant or X explains it, has an infinite number,
 * or the rows that it has do not tell all effects apart, such as where a level of a factor is lost.
 *
 * <p>Columns are fitted in units of consecutive ones, and but for a unit's columns none are in memory.
 */
public final class ManyResponses {

    /** What the response is called in the model. */
    public static final String RESPONSE = ".";

    /** Numbers of a unit. */
    private static final int NUMBERS_PER_UNIT = 1 << 21;

    private static final int LEAST_COLUMNS = 64;
    private static final int MOST_COLUMNS = 1 << 14;
    /** Columns of one design from which they are a batch for the backend, with all threads. */
    private static final int BATCH = 256;

    private final LinearMixedModel model;
    private final Table table;
    private final WideColumns responses;
    private final DegreesOfFreedom degrees;
    private final Backend backend;
    private final int threads;
    private final ModelData base;
    private final Crossproducts statistics;

    private ManyResponses(
            LinearMixedModel model,
            Table table,
            WideColumns responses,
            DegreesOfFreedom degrees,
            Backend backend,
            int threads,
            ModelData base,
            Crossproducts statistics) {
        this.model = model;
        this.table = table;
        this.responses = responses;
        this.degrees = degrees;
        this.backend = backend;
        this.threads = threads;
        this.base = base;
        this.statistics = statistics;
    }

    /**
     * A model by its right side, see {@link #formula}.
     *
     * @throws IllegalArgumentException where the left side is more than a name
     */
    public static LinearMixedModel model(String formula) {
        return LinearMixedModel.of(formula(formula));
    }

    /**
     * The formula of a model by its right side.
     *
     * @param text {@code ~ x + (x | g)}; on the left there may be {@code .} or the name of a column, which is ignored
     * @throws IllegalArgumentException where the left side is more than a name
     */
    public static String formula(String text) {
        int tilde = text.indexOf('~');
        if (tilde < 0) {
            return text; // whose parser says what is missing
        }
        String left = text.substring(0, tilde).strip();
        String right = text.substring(tilde + 1).strip();
        if (!left.matches("|\\.|`[^`]*`|[\\p{L}.][\\p{L}\\p{N}._]*")) {
            throw new IllegalArgumentException("The left side of the formula, " + left
                    + ", is more than a name; the response columns are taken as they are. Write \"~ " + right
                    + "\", and transform the columns beforehand.");
        }
        return "`" + RESPONSE + "` ~ " + right;
    }

    /**
     * Columns with Satterthwaite's degrees of freedom on all processors.
     *
     * @param model by {@link #model}
     * @param table has the predictors
     * @param responses as many rows; not closed
     * @throws IllegalArgumentException where model, table and responses do not go together
     */
    public static ManyResponses of(LinearMixedModel model, Table table, WideColumns responses) {
        if (responses.rows() != table.rows()) {
            throw new IllegalArgumentException("The responses have " + responses.rows() + " rows, the data "
                    + table.rows() + ". Row i of the responses belongs to row i of the data.");
        }
        Variates random = new Variates(1);
        random.start(1, 0);
        double[] any = new double[table.rows()];
        Arrays.setAll(any, i -> random.normal());
        ModelData base = Design.of(model.formula(), with(model, table, any), model.options())
                .data();
        return new ManyResponses(
                model,
                table,
                responses,
                DegreesOfFreedom.SATTERTHWAITE,
                new CpuBackend(),
                Workers.threads(),
                base,
                Crossproducts.of(base));
    }

    /** The columns of a model, one of them the response. */
    static Table with(LinearMixedModel model, Table table, double[] response) {
        Table.Builder builder = Table.builder();
        for (String name : Design.usedColumns(model.formula(), model.options())) {
            builder.column(name, name.equals(RESPONSE) ? new NumericColumn(response) : table.column(name));
        }
        return builder.build();
    }

    /**
     * Chooses the degrees of freedom.
     *
     * @throws IllegalArgumentException for Kenward and Roger's with ML
     */
    public ManyResponses withDegrees(DegreesOfFreedom chosen) {
        if (chosen == DegreesOfFreedom.KENWARD_ROGER && model.method() != Method.REML) {
            throw new IllegalArgumentException(
                    "Kenward and Roger's degrees of freedom need REML. Leave out ML, or take Satterthwaite's.");
        }
        return new ManyResponses(model, table, responses, chosen, backend, threads, base, statistics);
    }

    /** Chooses where columns are fitted. */
    public ManyResponses withBackend(Backend chosen) {
        return new ManyResponses(model, table, responses, degrees, chosen, threads, base, statistics);
    }

    /** Chooses how many threads work; results do not depend on it. */
    public ManyResponses withThreads(int number) {
        return new ManyResponses(model, table, responses, degrees, backend, number, base, statistics);
    }

    /** The model. */
    public LinearMixedModel model() {
        return model;
    }

    /** The response columns. */
    public WideColumns responses() {
        return responses;
    }

    /** Where the degrees of freedom come from. */
    public DegreesOfFreedom degrees() {
        return degrees;
    }

    /** Where columns are fitted. */
    public Backend backend() {
        return backend;
    }

    /** How many threads work. */
    public int threads() {
        return threads;
    }

    /** Number of columns. */
    public int columns() {
        return responses.names().size();
    }

    /** Number of rows where no predictor is missing. */
    public int rows() {
        return base.n();
    }

    /** Number of rows where a predictor is missing. */
    public int dropped() {
        return base.dropped();
    }

    /** Names of the coefficients. */
    public List<String> coefficients() {
        List<String> names = new ArrayList<>();
        for (int kept : statistics.fixed().kept()) {
            names.add(base.fixedNames()[kept]);
        }
        return names;
    }

    /** Names of the columns of X left out because they are linear combinations of the others. */
    public List<String> droppedCoefficients() {
        List<String> names = new ArrayList<>();
        for (int j : statistics.fixed().dropped()) {
            names.add(base.fixedNames()[j]);
        }
        return names;
    }

    /** Names of the entries of theta. */
    public List<String> thetaNames() {
        return base.thetaNames();
    }

    /** The grouping factors with the number of their levels. */
    public Map<String, Integer> groups() {
        Map<String, Integer> groups = new LinkedHashMap<>();
        base.terms()
                .forEach(term -> groups.put(term.factor().name(), term.factor().levels().length));
        return groups;
    }

    /** The rows and columns of the model, their response of no meaning. */
    ModelData base() {
        return base;
    }

    Table table() {
        return table;
    }

    /** Number of units. */
    public int units() {
        return (columns() + width() - 1) / width();
    }

    int unitOf(int column) {
        return column / width();
    }

    private int width() {
        int fitting = NUMBERS_PER_UNIT / Math.max(1, responses.rows());
        return Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, fitting));
    }

    /** Columns of a unit without estimates. */
    private ColumnEstimates empty(int unit) {
        int first = unit * width();
        return ColumnEstimates.empty(
                first, Math.min(width(), columns() - first), base.thetaNames().size(), groups().size(), statistics.p());
    }

    /** Fits the columns of a unit. */
    public byte[] unit(int unit) {
        ColumnEstimates into = empty(unit);
        double[][] columns = read(into.first(), into.count());
        Map<BitSet, List<Integer>> patterns = new LinkedHashMap<>();
        for (int c = 0; c < columns.length; c++) {
            BitSet missing = new BitSet();
            boolean finite = true;
            for (int i = 0; i < columns[c].length; i++) {
                finite &= !Double.isInfinite(columns[c][i]);
                if (Double.isNaN(columns[c][i])) {
                    missing.set(i);
                }
            }
            if (finite) {
                patterns.computeIfAbsent(missing, fresh -> new ArrayList<>()).add(c);
            }
        }
        List<Map.Entry<BitSet, List<Integer>>> few = new ArrayList<>();
        for (Map.Entry<BitSet, List<Integer>> pattern : patterns.entrySet()) {
            if (pattern.getValue().size() < BATCH) {
                few.add(pattern);
            } else {
                fit(columns, pattern.getKey(), pattern.getValue(), backend, threads, into);
            }
        }
        if (few.size() == 1) {
            fit(columns, few.get(0).getKey(), few.get(0).getValue(), new CpuBackend(), threads, into);
        } else {
            inParallel(few.size(), k -> {
                Map.Entry<BitSet, List<Integer>> pattern = few.get(k);
                fit(columns, pattern.getKey(), pattern.getValue(), new CpuBackend(), 1, into);
            });
        }
        return into.toBytes();
    }

    /** Some columns on the rows used. */
    double[][] read(int first, int count) {
        double[][] columns = new double[count][responses.rows()];
        responses.read(first, columns);
        if (base.n() < responses.rows()) {
            for (int c = 0; c < count; c++) {
                double[] all = columns[c];
                columns[c] = new double[base.n()];
                for (int i = 0; i < base.n(); i++) {
                    columns[c][i] = all[base.rows()[i]];
                }
            }
        }
        return columns;
    }

    /** Fits columns of a unit that lack the same rows. */
    private void fit(
            double[][] columns, BitSet missing, List<Integer> numbers, Backend on, int workers, ColumnEstimates into) {
        ModelData rows = missing.isEmpty() ? base : without(missing);
        if (rows == null) {
            return;
        }
        List<double[]> some = ColumnFitter.pick(columns, numbers);
        if (!missing.isEmpty()) {
            some.replaceAll(column -> {
                double[] present = new double[rows.n()];
                for (int i = 0, next = 0; i < column.length; i++) {
                    if (!missing.get(i)) {
                        present[next++] = column[i];
                    }
                }
                return present;
            });
        }
        ColumnDesign design = ColumnDesign.of(rows, model.method(), some);
        if (design == null
                || !Arrays.equals(
                        design.statistics().fixed().kept(), statistics.fixed().kept())) {
            return;
        }
        int[] place = numbers.stream().mapToInt(Integer::intValue).toArray();
        new ColumnFitter(design, degrees, workers).fit(some, place, on, into);
    }

    /** The rows where a column is there; {@code null} where they have another model's columns, or do not make one. */
    private ModelData without(BitSet missing) {
        double[] any = new double[table.rows()];
        Arrays.fill(any, Double.NaN);
        for (int i = 0; i < base.n(); i++) {
            any[base.rows()[i]] = missing.get(i) ? Double.NaN : base.y()[i];
        }
        try {
            ModelData rows = Design.of(model.formula(), with(model, table, any), model.options())
                    .data();
            boolean same = Arrays.equals(rows.fixedNames(), base.fixedNames())
                    && rows.thetaNames().equals(base.thetaNames());
            return same ? rows : null;
        } catch (IllegalArgumentException tooFew) {
            return null; // such as a factor of which one level is left
        }
    }

    /** A task that is one of several. */
    @FunctionalInterface
    interface Task {
        void run(int number);
    }

    /** Has tasks done by all threads; what one throws is thrown on. */
    void inParallel(int tasks, Task task) {
        AtomicInteger next = new AtomicInteger();
        AtomicReference<RuntimeException> thrown = new AtomicReference<>();
        Workers.run(Math.min(threads, tasks), Workers.OWN, () -> {
            try {
                for (int k = next.getAndIncrement(); k < tasks && thrown.get() == null; k = next.getAndIncrement()) {
                    task.run(k);
                }
            } catch (RuntimeException e) { // handed to the caller's thread
                thrown.set(e);
            }
        });
        if (thrown.get() != null) {
            throw thrown.get();
        }
    }

    /** The estimates of a unit from its result. */
    public ColumnEstimates estimates(int unit, UnitStore store) {
        return empty(unit).read(store.read(unit));
    }

    /**
     * The same on one backend, where one is picked for each batch: parts done by different ones would not fit together to the bit.
     *
     * @param refits how many fits are to come in all
     */
    public ManyResponses settled(long refits) {
        List<double[]> some = new ArrayList<>();
        for (double[] column : read(0, Math.min(BATCH, columns()))) {
            if (Arrays.stream(column).allMatch(Double::isFinite)) {
                some.add(column);
            }
        }
        ColumnDesign design = some.isEmpty() ? null : ColumnDesign.of(base, model.method(), some);
        if (design == null) {
            return withBackend(new CpuBackend());
        }
        UserResponses source = UserResponses.of(design.statistics(), some.toArray(new double[0][]));
        BatchOptions options = BatchOptions.defaults().withStandardErrors(true).withThreads(threads);
        return withBackend(backend.chosenFor(design.batch(source, options), refits));
    }

    /**
     * What the run is: equal for runs with the same units. It reads all columns.
     *
     * @param further units beside those of the columns
     */
    public RunIdentity identity(int further) {
        return RunIdentity.of("many", units() + further)
                .with("formula", model.formula())
                .with("method", model.method())
                .with("weights", model.options().weights())
                .with("offset", model.options().offset())
                .with(
                        "contrasts",
                        model.options().contrasts().isEmpty()
                                ? null
                                : model.options().contrasts())
                .with("degrees of freedom", degrees)
                .with("backend", backend.kind())
                .with("version", ManyResponses.class.getPackage().getImplementationVersion())
                .with("data", base.digest())
                .with("responses", digest());
    }

    private String digest() {
        MessageDigest sha;
        try {
            sha = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256.", e);
        }
        for (String name : responses.names()) {
            sha.update((name + '\n').getBytes(StandardCharsets.UTF_8));
        }
        ByteBuffer bytes = ByteBuffer.allocate(responses.rows() * Double.BYTES);
        for (int first = 0; first < columns(); first += width()) {
            double[][] block = new double[Math.min(width(), columns() - first)][responses.rows()];
            responses.read(first, block);
            for (double[] column : block) {
                bytes.asDoubleBuffer().put(column);
                sha.update(bytes.array());
            }
        }
        return HexFormat.of().formatHex(sha.digest()).substring(0, 16);
    }

    /** Fits all columns. */
    public ManyResult run() {
        UnitStore store = UnitStore.inMemory();
        UnitRun.of(units(), store).run(this::unit, done -> true);
        return ManyResult.of(this, store);
    }

    /** Names of the columns that the model reads of the table. */
    public static Set<String> predictors(LinearMixedModel model) {
        Set<String> names = new LinkedHashSet<>(Design.usedColumns(model.formula(), model.options()));
        names.remove(RESPONSE);
        return names;
    }
}
