package org.warpmix.inference.effects;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.fit.Fit;
import org.warpmix.fit.Residual;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.table.Column;
import org.warpmix.table.FactorColumn;
import org.warpmix.table.Factors;
import org.warpmix.table.NearestNames;

/**
 * Cluster-robust covariance of the fixed effects, for those who trust the model's means more than its variances. Immutable;
 * each {@code with…} gives another one.
 *
 * <pre>
 * RobustEffects robust = ClusterRobust.of(fit).withType(ClusterRobust.Type.CR2).estimate();
 * </pre>
 *
 * <p>With {@code V_j} the fitted covariance of the rows of cluster j relative to σ², {@code M = Σ X_j'V_j⁻¹X_j} and
 * {@code e_j = y_j − X_j β̂}:
 * <pre>
 * M⁻¹ [Σ_j X_j'V_j⁻¹ A_j e_j e_j' A_j' V_j⁻¹X_j] M⁻¹
 * </pre>
 * Liang and Zeger 1986, Biometrika 73(1); Bell and McCaffrey 2002, Survey Methodology 28(2); Pustejovsky and Tipton 2018, J.
 * Bus. Econ. Stat. 36(4), with the fitted covariance as working model, as R's clubSandwich does for lme4's fits. It holds
 * whatever the covariance within clusters is, but takes the clusters to be independent, and enough of them.
 */
public final class ClusterRobust {

    /** How residuals are adjusted for having been fitted. */
    public enum Type {
        /** Their leverage set right cluster by cluster, and degrees of freedom of its own for each effect. */
        CR2,
        /** Not; the whole is multiplied by J/(J−1). Degrees of freedom: J − 1. */
        CR1,
        /** Not: too small where clusters are few. Degrees of freedom: J − 1. */
        CR0
    }

    private final Fit fit;
    private final Type type;
    private final String name;
    private final Column column;

    private ClusterRobust(Fit fit, Type type, String name, Column column) {
        this.fit = fit;
        this.type = type;
        this.name = name;
        this.column = column;
    }

    /** CR2 over the levels of the only grouping factor, or the one in which all others are nested. */
    public static ClusterRobust of(Fit fit) {
        fit.design().data().requireRows("Cluster-robust standard errors");
        return new ClusterRobust(fit, Type.CR2, null, null);
    }

    /** Chooses the adjustment. */
    public ClusterRobust withType(Type chosen) {
        return new ClusterRobust(fit, chosen, name, column);
    }

    /** Takes the levels of a grouping factor of the model as clusters. */
    public ClusterRobust withCluster(String factor) {
        return new ClusterRobust(fit, type, factor, null);
    }

    /**
     * Takes the levels of a column as clusters, of which the model need not know.
     *
     * @param rows the column of the table that the model was fitted to
     */
    public ClusterRobust withCluster(String called, Column rows) {
        return new ClusterRobust(fit, type, called, rows);
    }

    /** The adjustment. */
    public Type type() {
        return type;
    }

    /**
     * Reckons it.
     *
     * @throws IllegalArgumentException where clusters are not independent under the model (crossed factors), where there are
     *     less than two, and where CR2 takes matrices that are too large, saying what to do
     */
    public RobustEffects estimate() {
        GroupingFactor cluster = cluster();
        if (cluster.levels().length < 2) {
            throw new IllegalArgumentException("Cluster " + NearestNames.quote(cluster.name())
                    + " has one level in the rows used; robust standard errors need several, independent ones.");
        }
        return type == Type.CR2 ? ClusterSandwich.adjusted(fit, cluster) : plain(cluster);
    }

    /** {@code V_j⁻¹e_j} are the weighted conditional residuals, so neither CR0 nor CR1 takes any V_j. */
    private RobustEffects plain(GroupingFactor cluster) {
        ModelData data = fit.design().data();
        FixedBasis fixed = fit.profiledCriterion().statistics().fixed();
        int p = fixed.rank();
        int clusters = cluster.levels().length;
        double[] residuals = fit.residuals(Residual.CONDITIONAL);
        FixedRows rows = new FixedRows(data, fixed);
        double[] scores = new double[clusters * p];
        double[] x = new double[p];
        for (int i = 0; i < data.n(); i++) {
            rows.copy(i, x);
            double solved = data.weights() == null ? residuals[i] : data.weights()[i] * residuals[i];
            for (int k = 0; k < p; k++) {
                scores[cluster.codes()[i] * p + k] += x[k] * solved;
            }
        }
        double[] meat = new double[p * p];
        double factor = type == Type.CR1 ? clusters / (clusters - 1.0) : 1;
        for (int j = 0; j < clusters; j++) {
            for (int k = 0; k < p; k++) {
                for (int l = 0; l < p; l++) {
                    meat[l + k * p] += factor * scores[j * p + l] * scores[j * p + k];
                }
            }
        }
        double[] degrees = new double[p];
        Arrays.fill(degrees, clusters - 1.0);
        return new RobustEffects(fit, type, cluster, ClusterSandwich.covariance(fit, meat), degrees);
    }

    private GroupingFactor cluster() {
        List<GroupingFactor> factors = factors(fit);
        if (name == null) {
            return factors.stream()
                    .filter(outer -> factors.stream().allMatch(inner -> split(inner, outer.codes()) < 0))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("Cluster-robust standard errors need independent"
                            + " clusters, but the grouping factors " + names(factors)
                            + " are crossed: their levels tie all rows together. Name a column in whose levels they are nested"
                            + " (--cluster), or take a bootstrap."));
        }
        GroupingFactor chosen = column == null ? named(factors) : used();
        for (GroupingFactor factor : factors) {
            int level = split(factor, chosen.codes());
            if (level >= 0) {
                throw new IllegalArgumentException("Clusters by " + NearestNames.quote(name)
                        + " are not independent under the model: level " + NearestNames.quote(factor.levels()[level])
                        + " of its grouping factor " + NearestNames.quote(factor.name())
                        + " is in several of them. Take clusters that hold whole levels of every grouping factor, or a"
                        + " bootstrap.");
            }
        }
        return chosen;
    }

    private GroupingFactor named(List<GroupingFactor> factors) {
        List<String> names = factors.stream().map(GroupingFactor::name).toList();
        if (!names.contains(name)) {
            throw new IllegalArgumentException("The model has no grouping factor " + NearestNames.quote(name) + ". "
                    + NearestNames.hint(name, names));
        }
        return factors.get(names.indexOf(name));
    }

    /** The column's levels in the rows used. */
    private GroupingFactor used() {
        int[] rows = fit.design().data().rows();
        FactorColumn all = Factors.of(column);
        int[] codes = new int[rows.length];
        int[] number = new int[all.levels().length];
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            int code = all.codes()[rows[i]];
            if (code < 0) {
                throw new IllegalArgumentException("Cluster " + NearestNames.quote(name) + " is missing in row "
                        + (rows[i] + 1) + ", which the model uses. Give every row a cluster, or leave the row out.");
            }
            if (number[code] == 0) {
                levels.add(all.levels()[code]);
                number[code] = levels.size();
            }
            codes[i] = number[code] - 1;
        }
        return new GroupingFactor(name, levels.toArray(new String[0]), codes);
    }

    /** The grouping factors of a model, each once. */
    public static List<GroupingFactor> factors(Fit fit) {
        return fit.design().data().terms().stream()
                .map(RandomTerm::factor)
                .distinct()
                .toList();
    }

    /** The names of factors, e.g. {@code a, b and c}. */
    static String names(List<GroupingFactor> factors) {
        List<String> names = factors.stream().map(GroupingFactor::name).toList();
        int last = names.size() - 1;
        return last == 0 ? names.get(0) : String.join(", ", names.subList(0, last)) + " and " + names.get(last);
    }

    /** A level of a factor whose rows lie in several clusters, or −1 where it is nested in them. */
    public static int split(GroupingFactor inner, int[] clusters) {
        int[] within = new int[inner.levels().length];
        for (int i = 0; i < clusters.length; i++) {
            int level = inner.codes()[i];
            if (within[level] != 0 && within[level] != clusters[i] + 1) {
                return level;
            }
            within[level] = clusters[i] + 1;
        }
        return -1;
    }
}
