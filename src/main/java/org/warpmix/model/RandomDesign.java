package org.warpmix.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.warpmix.formula.Group;
import org.warpmix.formula.RandomBar;
import org.warpmix.table.NearestNames;

/** How the random-effects terms of a formula become columns and groups. */
final class RandomDesign {

    private static final Unstructured[] SMALL = {null, new Unstructured(1), new Unstructured(2), new Unstructured(3)};

    /** A term: the matrix of its bar, and the one column that it takes of it, or −1 for all. */
    private record Piece(RandomBar bar, ModelMatrix matrix, int column, Grouping grouping) {
        int q() {
            return column < 0 ? matrix.names().length : 1;
        }

        int levels() {
            return grouping.levels().length;
        }
    }

    private final List<Piece> pieces;

    private RandomDesign(List<Piece> pieces) {
        this.pieces = pieces;
    }

    /**
     * Plans and checks the terms.
     *
     * @param rows number of rows used
     */
    static RandomDesign of(List<RandomBar> bars, ModelMatrix.Variables variables, Evaluator evaluator, int rows) {
        Frame frame = evaluator.frame();
        List<Piece> pieces = new ArrayList<>(bars.size());
        for (RandomBar bar : bars) {
            ModelMatrix matrix = ModelMatrix.of(bar.terms(), variables);
            int parts = bar.correlated() ? 1 : matrix.names().length;
            for (int part = 0; part < parts; part++) {
                for (Group group : bar.groups()) {
                    Grouping grouping = evaluator.learned().grouping(group, frame);
                    Piece piece = new Piece(bar, matrix, bar.correlated() ? -1 : part, grouping);
                    check(piece, rows);
                    pieces.add(piece);
                }
            }
        }
        return new RandomDesign(ordered(pieces));
    }

    /**
     * lme4's order: as written where the numbers of levels do not increase, else by decreasing number of levels,
     * equal ones in reverse.
     */
    private static List<Piece> ordered(List<Piece> pieces) {
        boolean decreasing = true;
        for (int t = 1; t < pieces.size(); t++) {
            decreasing &= pieces.get(t).levels() <= pieces.get(t - 1).levels();
        }
        if (decreasing) {
            return pieces;
        }
        List<Piece> sorted = new ArrayList<>(pieces.size());
        for (int t = pieces.size() - 1; t >= 0; t--) {
            sorted.add(pieces.get(t));
        }
        sorted.sort((a, b) -> Integer.compare(b.levels(), a.levels())); // stable
        return sorted;
    }

    private static void check(Piece piece, int n) {
        Grouping grouping = piece.grouping;
        int levels = piece.levels();
        if (levels < 2) {
            throw new DesignException("Grouping factor " + NearestNames.quote(grouping.name()) + " has one level, "
                    + NearestNames.quote(grouping.levels()[0]) + ", in the " + n
                    + " rows used; a random term needs at least two.");
        }
        if (levels >= n) {
            throw new DesignException(
                    "Grouping factor " + NearestNames.quote(grouping.name()) + " has " + levels + " levels for " + n
                            + " observations, so its variance and sigma cannot be told apart. Group by a column whose"
                            + " levels have several rows.");
        }
        if ((long) levels * piece.q() >= n) {
            throw new DesignException("Term (" + piece.bar.text() + "): " + (long) levels * piece.q()
                    + " random effects for " + n + " observations, so theta and sigma cannot be told apart."
                    + " Leave effects out of the term.");
        }
    }

    /** The terms of the fit. */
    List<RandomTerm> terms(ModelMatrix.Variables variables) {
        Map<Grouping, GroupingFactor> factors = new HashMap<>();
        for (Piece piece : pieces) {
            Grouping grouping = piece.grouping;
            factors.computeIfAbsent(grouping, g -> new GroupingFactor(g.name(), g.levels(), g.codes()));
        }
        return terms(variables, factors);
    }

    /**
     * The terms on new rows.
     *
     * @throws DesignException for a level that the fit has not seen, unless they are allowed
     */
    List<RandomTerm> terms(ModelMatrix.Variables variables, Frame frame, boolean allowNewLevels) {
        Map<Grouping, GroupingFactor> factors = new HashMap<>();
        for (Piece piece : pieces) {
            factors.computeIfAbsent(piece.grouping, grouping -> {
                int[] codes = grouping.codesIn(frame);
                for (int i = 0; i < codes.length && !allowNewLevels; i++) {
                    if (codes[i] < 0 && !frame.isMissing(i)) {
                        throw new DesignException(
                                "Level " + NearestNames.quote(grouping.label(frame, i)) + " of the grouping factor "
                                        + NearestNames.quote(grouping.name()) + " (row " + frame.rowNumber(i)
                                        + ") did not occur in the fit. Allow new levels (--allow-new-levels) to"
                                        + " predict with a random effect of zero.");
                    }
                }
                return new GroupingFactor(grouping.name(), grouping.levels(), codes);
            });
        }
        return terms(variables, factors);
    }

    /** The terms on rows whose groups the fit has not seen. */
    List<RandomTerm> unseenTerms(ModelMatrix.Variables variables, int n) {
        int[] codes = new int[n];
        Arrays.fill(codes, -1);
        Map<Grouping, GroupingFactor> factors = new HashMap<>();
        for (Piece piece : pieces) {
            factors.computeIfAbsent(piece.grouping, g -> new GroupingFactor(g.name(), g.levels(), codes));
        }
        return terms(variables, factors);
    }

    private List<RandomTerm> terms(ModelMatrix.Variables variables, Map<Grouping, GroupingFactor> factors) {
        Map<ModelMatrix, double[][]> columns = new HashMap<>();
        List<RandomTerm> terms = new ArrayList<>(pieces.size());
        for (Piece piece : pieces) {
            double[][] z = columns.computeIfAbsent(piece.matrix, matrix -> matrix.columns(variables));
            String[] names = piece.matrix.names();
            if (piece.column >= 0) {
                z = new double[][] {z[piece.column]};
                names = new String[] {names[piece.column]};
            }
            Unstructured covariance = z.length < SMALL.length ? SMALL[z.length] : new Unstructured(z.length);
            terms.add(new RandomTerm(factors.get(piece.grouping), names, z, covariance));
        }
        return List.copyOf(terms);
    }
}
