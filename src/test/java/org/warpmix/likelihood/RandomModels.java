package org.warpmix.likelihood;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.warpmix.model.GroupingFactor;
import org.warpmix.model.ModelData;
import org.warpmix.model.RandomTerm;
import org.warpmix.model.Unstructured;

/** Random small models of every structure, as the layers above hand them over. The same seed gives the same model. */
public final class RandomModels {

    /** How the grouping factors lie to each other. */
    public enum Structure {
        ONE_FACTOR,
        BALANCED,
        SEVERAL_TERMS,
        NESTED_TWO,
        NESTED_THREE,
        CROSSED_TWO,
        FULLY_CROSSED,
        CROSSED_THREE,
        NESTED_AND_CROSSED,
        NESTED_TWICE,
        COPIED
    }

    /**
     * A model and a point to evaluate it at.
     *
     * @param theta in lme4's order and scale
     * @param kept the columns of X that R's {@code qr} keeps
     */
    public record Model(Structure structure, ModelData data, Method method, double[] theta, int[] kept) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(structure + " " + method + " n=" + data.n() + " p=" + kept.length);
            for (RandomTerm term : data.terms()) {
                text.append(" (").append(term.names().length).append('|');
                text.append(term.factor().name())
                        .append('=')
                        .append(term.factor().levels().length);
                text.append(')');
            }
            return text.append(data.weights() == null ? "" : " weighted").toString();
        }
    }

    private final Random random;
    private final int n;

    private RandomModels(Random random, int n) {
        this.random = random;
        this.n = n;
    }

    /** The model of a seed, of 12 to 60 rows; structures take turns. */
    public static Model draw(int seed) {
        Random random = new Random(7919L * seed + 13);
        Structure structure = Structure.values()[seed % Structure.values().length];
        return new RandomModels(random, 12 + random.nextInt(49)).model(structure);
    }

    /** Two crossed factors of given sizes with intercepts, for fronts as large as wanted. */
    public static Model crossed(int seed, int n, int first, int second) {
        RandomModels models = new RandomModels(new Random(seed), n);
        List<RandomTerm> terms = List.of(
                models.term(factor("a", models.codes(n, first)), 1),
                models.term(factor("b", models.codes(n, second)), 1));
        return models.model(Structure.CROSSED_TWO, terms);
    }

    private Model model(Structure structure) {
        List<RandomTerm> terms = new ArrayList<>();
        switch (structure) {
            case ONE_FACTOR -> terms.add(term(factor("g", codes(n, levels())), 1 + random.nextInt(4)));
            case BALANCED -> terms.add(balanced());
            case SEVERAL_TERMS -> {
                GroupingFactor g = factor("g", codes(n, levels()));
                for (int t = 2 + random.nextInt(2); t > 0; t--) {
                    terms.add(term(g, 1 + random.nextInt(2)));
                }
            }
            case NESTED_TWO -> nested("a", "b", 2, terms);
            case NESTED_THREE -> nested("a", "b", 3, terms);
            case CROSSED_TWO ->
                terms.addAll(List.of(
                        term(factor("a", codes(n, levels())), columns()),
                        term(factor("b", codes(n, levels())), columns())));
            case FULLY_CROSSED ->
                terms.addAll(List.of(
                        term(factor("a", grid(4, 1)), columns()), term(factor("b", grid(5, 4)), columns())));
            case CROSSED_THREE -> {
                for (String name : List.of("a", "b", "c")) {
                    terms.add(term(factor(name, codes(n, levels())), columns()));
                }
            }
            case NESTED_AND_CROSSED -> {
                nested("a", "b", 2, terms);
                terms.add(term(factor("c", codes(n, levels())), columns()));
            }
            case NESTED_TWICE -> {
                nested("a", "b", 2, terms);
                nested("c", "d", 2, terms);
            }
            case COPIED -> {
                int[] codes = codes(n, levels());
                terms.addAll(List.of(term(factor("g", codes), columns()), term(factor("h", codes), columns())));
            }
        }
        terms.sort(Comparator.comparing(term -> -term.factor().levels().length)); // lme4's order
        return model(structure, List.copyOf(terms));
    }

    private Model model(Structure structure, List<RandomTerm> terms) {
        int p = random.nextInt(6);
        boolean deficient = p > 2 && random.nextInt(3) == 0;
        double[][] x = new double[p][];
        String[] names = new String[p];
        List<Integer> kept = new ArrayList<>();
        for (int j = 0; j < p; j++) {
            names[j] = "x" + j;
            x[j] = j == 0 && random.nextInt(5) > 0 ? ones() : gaussian(random.nextInt(3) == 0 ? 20 : 0);
            if (deficient && j == 2) {
                for (int i = 0; i < n; i++) {
                    x[j][i] = 2 * x[0][i] - 3 * x[1][i];
                }
            } else {
                kept.add(j);
            }
        }
        double[] y = gaussian(10);
        for (RandomTerm term : terms) {
            double[] effects = new double[term.factor().levels().length];
            for (int l = 0; l < effects.length; l++) {
                effects[l] = random.nextGaussian();
            }
            for (int i = 0; i < n; i++) {
                y[i] += effects[term.factor().codes()[i]];
            }
        }
        double[] weights = random.nextInt(3) == 0 ? gaussian(0) : null;
        for (int i = 0; weights != null && i < n; i++) {
            weights[i] = Math.exp(weights[i]);
        }
        double[] offset = random.nextInt(3) == 0 ? gaussian(3) : null;
        Method method = random.nextBoolean() ? Method.ML : Method.REML;
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) {
            rows[i] = i;
        }
        ModelData data = new ModelData("y", y, names, x, terms, weights, offset, rows, 0);
        return new Model(
                structure,
                data,
                method,
                theta(terms),
                kept.stream().mapToInt(Integer::intValue).toArray());
    }

    /** Entries of order 0.1 to 5; now and then a whole term, or a term's last column, of zeros. */
    private double[] theta(List<RandomTerm> terms) {
        int count = terms.stream().mapToInt(t -> t.covariance().thetaCount()).sum();
        double[] theta = new double[count];
        int next = 0;
        for (RandomTerm term : terms) {
            int q = term.names().length;
            double size = new double[] {0, 0.1, 1, 1, 1, 5}[random.nextInt(6)];
            boolean singular = random.nextInt(4) == 0;
            for (int j = 0; j < q; j++) {
                for (int i = j; i < q; i++) {
                    double entry = size * random.nextGaussian();
                    theta[next++] = singular && j == q - 1 ? 0 : i == j ? Math.abs(entry) : entry;
                }
            }
        }
        return theta;
    }

    /** A term whose groups all have the same rows of Z, so that all but those with the last rows are one class. */
    private RandomTerm balanced() {
        int size = 4;
        RandomTerm pattern = term(factor("g", grid(n / size, size)), 1 + random.nextInt(3));
        for (double[] column : pattern.z()) {
            for (int i = 0; i < n; i++) {
                column[i] = column[i % size];
            }
        }
        return pattern;
    }

    private void nested(String outer, String inner, int depth, List<RandomTerm> terms) {
        int[] codes = codes(n, 3);
        String name = outer;
        terms.add(term(factor(name, codes), columns()));
        for (int d = 1; d < depth; d++) {
            int[] finer = codes(n, 2 + random.nextInt(2));
            int[] combined = new int[n];
            Map<Integer, Integer> seen = new HashMap<>();
            for (int i = 0; i < n; i++) {
                int before = seen.size();
                combined[i] = seen.computeIfAbsent(codes[i] * 10 + finer[i], key -> before);
            }
            codes = combined;
            name = inner + ":" + name;
            terms.add(term(factor(name, codes), columns()));
        }
    }

    private RandomTerm term(GroupingFactor factor, int q) {
        double[][] z = new double[q][];
        String[] names = new String[q];
        for (int a = 0; a < q; a++) {
            names[a] = "z" + a;
            z[a] = a == 0 && random.nextInt(5) > 0 ? ones() : gaussian(random.nextInt(3) == 0 ? 5 : 0);
        }
        if (q > 1 && random.nextInt(10) == 0) {
            z[q - 1] = z[0].clone(); // dependent columns
        }
        return new RandomTerm(factor, names, z, new Unstructured(q));
    }

    private static GroupingFactor factor(String name, int[] codes) {
        int levels = 0;
        for (int code : codes) {
            levels = Math.max(levels, code + 1);
        }
        String[] labels = new String[levels];
        for (int l = 0; l < levels; l++) {
            labels[l] = name + l;
        }
        return new GroupingFactor(name, labels, codes);
    }

    /** Codes in which every level occurs, the first ones more often than the last, some of which have one row. */
    private int[] codes(int rows, int levels) {
        int[] codes = new int[rows];
        for (int i = 0; i < rows; i++) {
            double u = random.nextDouble();
            codes[i] = i < levels ? i : (int) (levels * u * u);
        }
        for (int i = rows - 1; i > 0; i--) {
            int k = random.nextInt(i + 1);
            int swap = codes[i];
            codes[i] = codes[k];
            codes[k] = swap;
        }
        return codes;
    }

    private int[] grid(int levels, int repeat) {
        int[] codes = new int[n];
        for (int i = 0; i < n; i++) {
            codes[i] = i / repeat % levels;
        }
        return codes;
    }

    private int levels() {
        return 2 + random.nextInt(8);
    }

    private int columns() {
        return random.nextInt(3) == 0 ? 2 : 1;
    }

    private double[] ones() {
        double[] ones = new double[n];
        java.util.Arrays.fill(ones, 1);
        return ones;
    }

    private double[] gaussian(double mean) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = mean + random.nextGaussian();
        }
        return values;
    }
}
