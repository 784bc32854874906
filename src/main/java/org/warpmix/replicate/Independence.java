package org.warpmix.replicate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;

/**
 * The rows of a model in components that share no level of any grouping factor, so that rows of different components are
 * independent. Where every factor is nested in one, the components are the levels of that one.
 *
 * @param component number of each row's component, in the order of their first rows
 * @param count how many there are
 */
public record Independence(int[] component, int count) {

    static Independence of(ModelData data) {
        List<GroupingFactor> factors = factors(data);
        int[] first = new int[factors.size() + 1];
        for (int f = 0; f < factors.size(); f++) {
            first[f + 1] = first[f] + factors.get(f).levels().length;
        }
        int[] parent = new int[first[factors.size()]];
        Arrays.setAll(parent, i -> i);
        for (int i = 0; i < data.n(); i++) {
            int root = root(parent, factors.get(0).codes()[i]);
            for (int f = 1; f < factors.size(); f++) {
                parent[root(parent, first[f] + factors.get(f).codes()[i])] = root;
            }
        }
        int[] number = new int[parent.length];
        int[] component = new int[data.n()];
        int count = 0;
        for (int i = 0; i < component.length; i++) {
            int root = root(parent, factors.get(0).codes()[i]);
            if (number[root] == 0) {
                number[root] = ++count;
            }
            component[i] = number[root] - 1;
        }
        return new Independence(component, count);
    }

    /**
     * The levels of the one factor in which all others are nested.
     *
     * @param what wants them, for the message
     * @throws IllegalArgumentException where there is none, since then levels of crossed factors tie all groups together
     */
    static Independence ofGroups(ModelData data, String what) {
        Independence components = of(data);
        List<GroupingFactor> factors = factors(data);
        for (GroupingFactor factor : factors) {
            if (factor.levels().length == components.count) { // a component has at least one level of each
                return components;
            }
        }
        throw new IllegalArgumentException(what + " needs independent groups, but " + names(factors)
                + " are crossed: their levels tie the groups together. Use the parametric or the residual bootstrap,"
                + " or permute by " + PermutationScheme.FREEDMAN_LANE + ".");
    }

    /** The factor in which all others are nested, if there is one: its levels are independent. */
    public static Optional<GroupingFactor> outermost(ModelData data) {
        List<GroupingFactor> factors = factors(data);
        return factors.stream()
                .filter(outer -> factors.stream().allMatch(inner -> nested(inner, outer)))
                .findFirst();
    }

    /** The grouping factors of a model. */
    public static List<GroupingFactor> factors(ModelData data) {
        List<GroupingFactor> factors = new ArrayList<>();
        for (RandomTerm term : data.terms()) {
            if (!factors.contains(term.factor())) {
                factors.add(term.factor());
            }
        }
        return factors;
    }

    /**
     * The factor of a name.
     *
     * @throws IllegalArgumentException where there is none
     */
    public static GroupingFactor named(List<GroupingFactor> factors, String name) {
        return factors.stream()
                .filter(factor -> factor.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "The model has no grouping factor " + name + ", only " + names(factors) + "."));
    }

    /** Whether each level of one factor occurs with one level of the other only. */
    static boolean nested(GroupingFactor inner, GroupingFactor outer) {
        int[] within = new int[inner.levels().length];
        for (int i = 0; i < inner.codes().length; i++) {
            int level = inner.codes()[i];
            int holder = outer.codes()[i] + 1;
            if (within[level] != 0 && within[level] != holder) {
                return false;
            }
            within[level] = holder;
        }
        return true;
    }

    /** The names of factors, e.g. {@code a, b and c}. */
    static String names(List<GroupingFactor> factors) {
        List<String> names = factors.stream().map(GroupingFactor::name).toList();
        int last = names.size() - 1;
        return last == 0 ? names.get(0) : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    private static int root(int[] parent, int node) {
        int at = node;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }
}
