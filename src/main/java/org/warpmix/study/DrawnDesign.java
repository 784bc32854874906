package org.warpmix.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.random.Variates;
import org.warpmix.table.NearestNames;
import org.warpmix.table.Table;

/**
 * A design that is said rather than found: grouping factors, rows, predictors. Immutable; each {@code with…} gives another one.
 *
 * <pre>
 * DrawnDesign.withRows(Sizes.of(5))
 *         .withFactor("school", Sizes.of(30))
 *         .withNested("class", "school", Sizes.poisson(3))
 *         .withPredictor(Predictor.ofLevels("treat", "school", new Predictor.Values(List.of(0.0, 1.0))))
 * </pre>
 *
 * <p>Factors that are nested in none are crossed: the cells are all combinations of the innermost levels, and each has rows of its
 * own. Levels of a nested factor have labels of their own, such as {@code 3.1}.
 */
public final class DrawnDesign implements StudyDesign {

    private static final int MOST_ROWS = 50_000_000;

    /** A grouping factor, and what it is nested in, or {@code null}. */
    private record Factor(String name, String within, Sizes sizes) {}

    /** The levels of a factor: of each the level that holds it, and its number there. */
    private record Levels(int[] parents, int[] places, String[] labels) {}

    private final Sizes rows;
    private final List<Factor> factors;
    private final List<Predictor> predictors;

    private DrawnDesign(Sizes rows, List<Factor> factors, List<Predictor> predictors) {
        this.rows = rows;
        this.factors = factors;
        this.predictors = predictors;
    }

    /** A design with so many rows in each cell, for factors to be added. */
    public static DrawnDesign withRows(Sizes rows) {
        return new DrawnDesign(rows, List.of(), List.of());
    }

    /** Adds a grouping factor, crossed with those that are there. */
    public DrawnDesign withFactor(String name, Sizes levels) {
        return with(new Factor(name, null, levels));
    }

    /**
     * Adds a grouping factor within the levels of another.
     *
     * @throws IllegalArgumentException where there is no such factor, or it holds another already
     */
    public DrawnDesign withNested(String name, String within, Sizes levels) {
        List<String> names = factorNames();
        if (!names.contains(within)) {
            throw new IllegalArgumentException("Factor " + name + " is to be nested in " + NearestNames.quote(within)
                    + ", which is not there. " + NearestNames.hint(within, names));
        }
        for (Factor factor : factors) {
            if (within.equals(factor.within())) {
                throw new IllegalArgumentException("Factors " + factor.name() + " and " + name + " are both nested in "
                        + within + ". Nest one in the other, or cross them.");
            }
        }
        return with(new Factor(name, within, levels));
    }

    private DrawnDesign with(Factor factor) {
        checkNew(factor.name());
        List<Factor> more = new ArrayList<>(factors);
        more.add(factor);
        return new DrawnDesign(rows, more, predictors);
    }

    /** Adds a predictor. */
    public DrawnDesign withPredictor(Predictor predictor) {
        checkNew(predictor.name());
        List<String> names = factorNames();
        for (String factor : new String[] {predictor.at(), predictor.between()}) {
            if (factor != null && !names.contains(factor)) {
                throw new IllegalArgumentException("Predictor " + predictor.name() + ": there is no grouping factor "
                        + NearestNames.quote(factor) + ". " + NearestNames.hint(factor, names));
            }
        }
        List<Predictor> more = new ArrayList<>(predictors);
        more.add(predictor);
        return new DrawnDesign(rows, factors, more);
    }

    /** The same with other numbers of rows in a cell. */
    public DrawnDesign withOtherRows(Sizes other) {
        return new DrawnDesign(other, factors, predictors);
    }

    /**
     * The same with other numbers of levels of a factor.
     *
     * @throws IllegalArgumentException where there is no such factor
     */
    public DrawnDesign withOtherLevels(String name, Sizes levels) {
        if (!factorNames().contains(name)) {
            throw new IllegalArgumentException("The design has no grouping factor " + NearestNames.quote(name) + ". "
                    + NearestNames.hint(name, factorNames()));
        }
        List<Factor> changed = factors.stream()
                .map(factor -> factor.name().equals(name) ? new Factor(name, factor.within(), levels) : factor)
                .toList();
        return new DrawnDesign(rows, changed, predictors);
    }

    /** Names of the grouping factors, in their order. */
    public List<String> factorNames() {
        return factors.stream().map(Factor::name).toList();
    }

    private void checkNew(String name) {
        if (factorNames().contains(name)
                || predictors.stream().anyMatch(predictor -> predictor.name().equals(name))) {
            throw new IllegalArgumentException(
                    "The design has two columns " + NearestNames.quote(name) + ". Names must differ.");
        }
    }

    @Override
    public Table draw(Variates random) {
        if (factors.isEmpty()) {
            throw new IllegalArgumentException("The design has no grouping factor. Add one.");
        }
        Map<String, Levels> levels = new LinkedHashMap<>();
        for (Factor factor : factors) {
            levels.put(factor.name(), levels(factor, levels.get(factor.within()), random));
        }
        List<String> innermost = innermost();
        long cells = 1;
        for (String name : innermost) {
            cells = Math.min(cells * levels.get(name).labels().length, MOST_ROWS + 1L);
        }
        checkSize(cells);
        int[] sizes = new int[(int) cells];
        long n = 0;
        for (int cell = 0; cell < sizes.length; cell++) {
            sizes[cell] = rows.draw(random, cell);
            n += sizes[cell];
        }
        checkSize(n);
        Map<String, int[]> codes = new LinkedHashMap<>();
        factors.forEach(factor -> codes.put(factor.name(), null));
        int stride = sizes.length;
        for (String name : innermost) {
            int count = levels.get(name).labels().length;
            stride /= count;
            int[] inner = new int[(int) n];
            int row = 0;
            for (int cell = 0; cell < sizes.length; cell++) {
                for (int i = 0; i < sizes[cell]; i++) {
                    inner[row++] = cell / stride % count;
                }
            }
            addWithOuter(name, inner, levels, codes);
        }
        Table.Builder table = Table.builder();
        codes.forEach((name, code) -> table.factor(name, code, levels.get(name).labels()));
        for (Predictor predictor : predictors) {
            table.column(predictor.name(), predictor.column(values(predictor, levels, codes, sizes, (int) n, random)));
        }
        return table.build();
    }

    private static void checkSize(long n) {
        if (n > MOST_ROWS) {
            throw new IllegalArgumentException(
                    "The design has more than " + MOST_ROWS + " rows. Take fewer groups or rows.");
        }
    }

    private static Levels levels(Factor factor, Levels outer, Variates random) {
        int holders = outer == null ? 1 : outer.labels().length;
        List<int[]> all = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (int holder = 0; holder < holders; holder++) {
            int count = factor.sizes().draw(random, holder);
            for (int place = 0; place < count; place++) {
                all.add(new int[] {holder, place});
                labels.add(outer == null ? "" + (place + 1) : outer.labels()[holder] + "." + (place + 1));
            }
        }
        return new Levels(
                all.stream().mapToInt(level -> level[0]).toArray(),
                all.stream().mapToInt(level -> level[1]).toArray(),
                labels.toArray(new String[0]));
    }

    /** Factors that hold no other. */
    private List<String> innermost() {
        List<String> names = new ArrayList<>(factorNames());
        factors.forEach(factor -> names.remove(factor.within()));
        return names;
    }

    private void addWithOuter(String name, int[] inner, Map<String, Levels> levels, Map<String, int[]> codes) {
        int[] code = inner;
        String at = name;
        while (at != null) {
            codes.put(at, code);
            Levels here = levels.get(at);
            String factor = at;
            at = factors.stream()
                    .filter(one -> one.name().equals(factor))
                    .findFirst()
                    .orElseThrow()
                    .within();
            int[] outer = new int[code.length];
            for (int i = 0; i < outer.length; i++) {
                outer[i] = here.parents()[code[i]];
            }
            code = outer;
        }
    }

    private static double[] values(
            Predictor predictor,
            Map<String, Levels> levels,
            Map<String, int[]> codes,
            int[] sizes,
            int n,
            Variates random) {
        if (predictor.at() != null) {
            double[] byLevel =
                    predictor.numbers(random, levels.get(predictor.at()).places());
            int[] code = codes.get(predictor.at());
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = byLevel[code[i]];
            }
            return values;
        }
        int[] places = new int[n];
        int row = 0;
        for (int size : sizes) {
            for (int i = 0; i < size; i++) {
                places[row++] = i;
            }
        }
        double[] values = predictor.numbers(random, places);
        if (predictor.between() != null) {
            double[] means =
                    predictor.means(random, levels.get(predictor.between()).labels().length);
            int[] code = codes.get(predictor.between());
            for (int i = 0; i < n; i++) {
                values[i] += means[code[i]];
            }
        }
        return values;
    }
}
