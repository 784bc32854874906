package org.warpmix.replicate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.random.Variates;

/** Designs whose groups or rows are drawn with replacement from those of one: see {@link CaseBootstrap}. */
final class CaseDesigns implements ReplicateSource.Designs {

    private final ModelData data;
    private final GroupingFactor factor;
    private final CaseBootstrap.Drawn drawn;
    private final long seed;
    private final Set<GroupingFactor> nested = new HashSet<>();
    private final Rows ofLevel;
    private final int[] cell;
    private final Rows ofCell;

    /** Row numbers by group, ascending within each. */
    private record Rows(int[] start, int[] rows) {
        static Rows of(int[] codes, int groups) {
            int[] start = new int[groups + 1];
            for (int code : codes) {
                start[code + 1]++;
            }
            for (int g = 0; g < groups; g++) {
                start[g + 1] += start[g];
            }
            int[] next = start.clone();
            int[] rows = new int[codes.length];
            for (int i = 0; i < codes.length; i++) {
                rows[next[codes[i]]++] = i;
            }
            return new Rows(start, rows);
        }

        int size(int group) {
            return start[group + 1] - start[group];
        }
    }

    CaseDesigns(ModelData data, GroupingFactor factor, CaseBootstrap.Drawn drawn, long seed) {
        this.data = data;
        this.factor = factor;
        this.drawn = drawn;
        this.seed = seed;
        this.ofLevel = Rows.of(factor.codes(), factor.levels().length);
        this.cell = factor.codes().clone();
        int cells = factor.levels().length;
        for (GroupingFactor inner : Independence.factors(data)) {
            if (!inner.equals(factor) && Independence.nested(inner, factor)) {
                nested.add(inner);
                Map<Long, Integer> numbers = new HashMap<>();
                for (int i = 0; i < cell.length; i++) {
                    long pair = (long) cell[i] * inner.levels().length + inner.codes()[i];
                    int next = numbers.size();
                    cell[i] = numbers.computeIfAbsent(pair, key -> next);
                }
                cells = numbers.size();
            }
        }
        this.ofCell = Rows.of(cell, cells);
    }

    @Override
    public ModelData design(long replicate) {
        Variates random = new Variates(seed);
        random.start(replicate, 0);
        int[] levels = new int[factor.levels().length];
        Arrays.setAll(levels, l -> drawn == CaseBootstrap.Drawn.ROWS ? l : random.below(levels.length));
        return of(levels, random);
    }

    /** The rows of some levels, or rows drawn in these; each entry is a group of its own. */
    ModelData of(int[] levels, Variates random) {
        int n = Arrays.stream(levels).map(ofLevel::size).sum();
        int[] rows = new int[n];
        int[] copy = new int[n];
        int next = 0;
        for (int c = 0; c < levels.length; c++) {
            for (int k = 0; k < ofLevel.size(levels[c]); k++, next++) {
                int row = ofLevel.rows[ofLevel.start[levels[c]] + k];
                copy[next] = c;
                rows[next] = drawn == CaseBootstrap.Drawn.GROUPS
                        ? row
                        : ofCell.rows[ofCell.start[cell[row]] + random.below(ofCell.size(cell[row]))];
            }
        }
        return gathered(rows, copy, levels);
    }

    private ModelData gathered(int[] rows, int[] copy, int[] levels) {
        Map<GroupingFactor, GroupingFactor> factors = new HashMap<>();
        for (GroupingFactor old : Independence.factors(data)) {
            factors.put(
                    old,
                    old.equals(factor)
                            ? new GroupingFactor(old.name(), labels(old, levels), copy)
                            : nested.contains(old) ? copied(old, rows, copy) : kept(old, rows));
        }
        return gathered(data, rows, factors);
    }

    /** Some of the rows, and the levels that still occur. */
    static ModelData rows(ModelData data, int[] rows) {
        Map<GroupingFactor, GroupingFactor> factors = new HashMap<>();
        Independence.factors(data).forEach(old -> factors.put(old, kept(old, rows)));
        return gathered(data, rows, factors);
    }

    private static ModelData gathered(ModelData data, int[] rows, Map<GroupingFactor, GroupingFactor> factors) {
        IdentityHashMap<double[], double[]> columns =
                new IdentityHashMap<>(); // an intercept is often one array in several places
        List<RandomTerm> terms = new ArrayList<>();
        for (RandomTerm term : data.terms()) {
            terms.add(new RandomTerm(
                    factors.get(term.factor()), term.names(), gathered(term.z(), rows, columns), term.covariance()));
        }
        int[] numbers = new int[rows.length];
        Arrays.setAll(numbers, i -> data.rows()[rows[i]]);
        return new ModelData(
                data.response(),
                gathered(data.y(), rows),
                data.fixedNames(),
                gathered(data.x(), rows, columns),
                terms,
                data.weights() == null ? null : gathered(data.weights(), rows),
                data.offset() == null ? null : gathered(data.offset(), rows),
                numbers,
                data.dropped());
    }

    /** Every copy of a group has levels of its own. */
    private static GroupingFactor copied(GroupingFactor old, int[] rows, int[] copy) {
        int[] codes = new int[rows.length];
        int[] code = new int[old.levels().length];
        int[] holder = new int[old.levels().length];
        Arrays.fill(holder, -1);
        List<Integer> levels = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) { // the rows of a copy lie together
            int level = old.codes()[rows[i]];
            if (holder[level] != copy[i]) {
                holder[level] = copy[i];
                code[level] = levels.size();
                levels.add(level);
            }
            codes[i] = code[level];
        }
        int[] drawn = levels.stream().mapToInt(Integer::intValue).toArray();
        return new GroupingFactor(old.name(), labels(old, drawn), codes);
    }

    /** The levels that still occur. */
    private static GroupingFactor kept(GroupingFactor old, int[] rows) {
        int[] code = new int[old.levels().length];
        for (int row : rows) {
            code[old.codes()[row]] = 1;
        }
        List<String> labels = new ArrayList<>();
        for (int level = 0; level < code.length; level++) {
            if (code[level] == 1) {
                code[level] = labels.size();
                labels.add(old.levels()[level]);
            }
        }
        int[] codes = new int[rows.length];
        Arrays.setAll(codes, i -> code[old.codes()[rows[i]]]);
        return new GroupingFactor(old.name(), labels.toArray(new String[0]), codes);
    }

    /** The label of a level, numbered from its second copy on. */
    private static String[] labels(GroupingFactor old, int[] levels) {
        int[] copies = new int[old.levels().length];
        String[] labels = new String[levels.length];
        for (int l = 0; l < levels.length; l++) {
            String label = old.levels()[levels[l]];
            labels[l] = ++copies[levels[l]] == 1 ? label : label + "." + copies[levels[l]];
        }
        return labels;
    }

    private static double[][] gathered(double[][] columns, int[] rows, IdentityHashMap<double[], double[]> done) {
        double[][] gathered = new double[columns.length][];
        Arrays.setAll(gathered, j -> done.computeIfAbsent(columns[j], column -> gathered(column, rows)));
        return gathered;
    }

    private static double[] gathered(double[] column, int[] rows) {
        double[] gathered = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            gathered[i] = column[rows[i]];
        }
        return gathered;
    }
}
