package org.warpmix.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.random.Variates;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Factors;
import org.warpmix.table.NearestNames;
import org.warpmix.table.NumericColumn;
import org.warpmix.table.Table;

/**
 * The groups and predictors of data that are there, repeated to a design of another size. Immutable; without chance.
 *
 * <p>Group k copies the pilot's group {@code k mod J}, in the order in which the groups occur, and the i-th row of a group its row
 * {@code i mod n}. Copies are groups of their own, and so are the levels of factors nested in them; the levels of crossed factors stay
 * what they are.
 */
final class PilotDesign implements StudyDesign {

    private final Table table;
    private final String factor;
    private final List<int[]> rowsByGroup;
    /** Columns whose levels are each in one group: the factor itself, and what is nested in it. */
    private final List<String> renamed;

    private final int groups;
    private final int rows;

    private PilotDesign(
            Table table, String factor, List<int[]> rowsByGroup, List<String> renamed, int groups, int rows) {
        this.table = table;
        this.factor = factor;
        this.rowsByGroup = rowsByGroup;
        this.renamed = renamed;
        this.groups = groups;
        this.rows = rows;
    }

    /**
     * A pilot as it is.
     *
     * @param table complete rows
     * @param grouping of each grouping factor the columns that it is made of
     * @param factor the column whose levels are to be more or fewer, or {@code null} for the one that all factors are nested in
     */
    static PilotDesign of(Table table, List<List<String>> grouping, String factor) {
        List<String> columns =
                grouping.stream().flatMap(List::stream).distinct().toList();
        String chosen = factor;
        for (String column : columns) {
            if (chosen == null && grouping.stream().allMatch(group -> nested(table, group, column))) {
                chosen = column;
            }
        }
        if (chosen == null) {
            throw new IllegalArgumentException("The grouping factors " + String.join(", ", columns)
                    + " are crossed. Say of which there are to be more or fewer: --factor " + columns.get(0) + ".");
        }
        if (!columns.contains(chosen)) {
            throw new IllegalArgumentException("There is no grouping factor " + NearestNames.quote(chosen) + ". "
                    + NearestNames.hint(chosen, columns));
        }
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        for (int i = 0; i < table.rows(); i++) {
            rows.computeIfAbsent(label(table.column(chosen), i), label -> new ArrayList<>())
                    .add(i);
        }
        String group = chosen;
        return new PilotDesign(
                table,
                group,
                rows.values().stream()
                        .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
                        .toList(),
                columns.stream()
                        .filter(column -> nested(table, List.of(column), group))
                        .toList(),
                rows.size(),
                0);
    }

    /** The column whose levels are the groups. */
    String factor() {
        return factor;
    }

    /** @param number 0 for the pilot's */
    PilotDesign withGroups(int number) {
        return number == 0 ? this : new PilotDesign(table, factor, rowsByGroup, renamed, number, rows);
    }

    /** @param number of each group; 0 for the pilot's */
    PilotDesign withRows(int number) {
        return new PilotDesign(table, factor, rowsByGroup, renamed, groups, number);
    }

    private static boolean nested(Table table, List<String> inner, String outer) {
        Map<List<String>, String> outerOf = new HashMap<>();
        for (int i = 0; i < table.rows(); i++) {
            int row = i;
            String group = label(table.column(outer), i);
            List<String> combination = inner.stream()
                    .map(column -> label(table.column(column), row))
                    .toList();
            String before = outerOf.putIfAbsent(combination, group);
            if (before != null && !before.equals(group)) {
                return false;
            }
        }
        return true;
    }

    private static String label(Column column, int row) {
        return column instanceof FactorColumn factor
                ? factor.levels()[factor.codes()[row]]
                : Factors.label(((NumericColumn) column).values()[row]);
    }

    @Override
    public Table draw(Variates random) {
        List<int[]> copies = new ArrayList<>(); // row of the pilot, number of the copy
        for (int k = 0; k < groups; k++) {
            int[] source = rowsByGroup.get(k % rowsByGroup.size());
            int count = rows == 0 ? source.length : rows;
            for (int i = 0; i < count; i++) {
                copies.add(new int[] {source[i % source.length], k / rowsByGroup.size()});
            }
        }
        int[] from = copies.stream().mapToInt(copy -> copy[0]).toArray();
        Table.Builder builder = Table.builder();
        for (String name : table.names()) {
            Column column = table.column(name);
            if (renamed.contains(name)) {
                builder.factor(
                        name,
                        copies.stream()
                                .map(copy -> label(column, copy[0]) + (copy[1] == 0 ? "" : "." + (copy[1] + 1)))
                                .toArray(String[]::new));
            } else {
                builder.column(name, column.at(from));
            }
        }
        return builder.build();
    }
}
