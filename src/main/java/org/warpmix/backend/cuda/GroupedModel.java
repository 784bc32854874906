package org.warpmix.backend.cuda;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.warpmix.backend.Batch;
import org.warpmix.backend.lanes.ScoringStep;
import org.warpmix.backend.lanes.WarmStart;
import org.warpmix.crossprod.Crossproducts;
import org.warpmix.crossprod.FixedBasis;
import org.warpmix.crossprod.GroupClasses;
import org.warpmix.crossprod.RandomBlock;
import org.warpmix.crossprod.ResponseLayout;
import org.warpmix.likelihood.Method;
import org.warpmix.likelihood.Profile;
import org.warpmix.likelihood.ProfiledCriterion;
import org.warpmix.replicate.ReplicateSource;

/** A model with one grouping factor as the kernels of {@code refit.cu} want it: macros and flat arrays, see there. */
final class GroupedModel {

    private static final int BITS_PER_TERM = 4;
    private static final int WIDEST_TERM = 15;
    private static final int MOST_TERMS = 16;
    /** Columns of Z and of X from which loops are not unrolled any more. */
    private static final int LARGE_Q = 4;

    private static final int LARGE_P = 8;
    /** Classes from which a warp, or a block, works on a replicate: a thread would have too much to do by itself. */
    private static final int CLASSES_OF_A_WARP = 9;

    private static final int CLASSES_OF_A_BLOCK = 257;
    private static final int WARP = 32;
    private static final int BLOCK = 128;

    final int q;
    final int p;
    final int parameters;
    final int terms;
    final boolean copies;
    /** Threads that work on one replicate. */
    final int team;

    final int[] classInts;
    final double[] g;
    final double[] sums;
    final double[] b;
    final double[] xx;
    final double degrees;
    final double constant;
    final int xyEntry;
    final int yyEntry;
    /** Numbers that the statistics of a replicate take at most, shift and unit aside. */
    final int entries;

    final WarmStart start;
    /** The step of Fisher scoring that searches begin with, or {@code null}. */
    final ScoringStep scoring;

    final double[] bases;
    final double[] r;
    final double[] origin;
    final int[] tested;
    final double[] centre;
    final boolean standardErrors;
    private final int widest;
    private final long columns;
    private final boolean reml;

    GroupedModel(Batch batch) {
        Crossproducts design = batch.statistics();
        GroupClasses classes = design.classes();
        RandomBlock block = classes.products().block();
        ProfiledCriterion observed = ProfiledCriterion.of(design, batch.method());
        Profile profile = new Profile(design, batch.method());
        copies = batch.source() instanceof ReplicateSource.Multiplicities;
        q = block.columns();
        p = design.p();
        parameters = observed.parameters().count();
        terms = block.terms().size();
        reml = batch.method() == Method.REML;
        int widestTerm = 0;
        long packed = 0;
        for (int t = 0; t < terms; t++) {
            int width = block.firstColumn(t + 1) - block.firstColumn(t);
            widestTerm = Math.max(widestTerm, width);
            packed |= (long) width << BITS_PER_TERM * t;
        }
        widest = widestTerm;
        columns = packed;
        int number = classes.classes();
        team = number < CLASSES_OF_A_WARP ? 1 : number < CLASSES_OF_A_BLOCK ? WARP : BLOCK;
        degrees = profile.degrees();
        constant = profile.constant();
        g = classes.g();
        xx = xTriangle(packed(design.ww(), p + 1));
        int pairs = q * (q + 1) / 2;
        int triangle = (p + 1) * (p + 2) / 2;
        classInts = new int[4 * number];
        sums = new double[copies ? 0 : number * pairs * xx.length];
        b = new double[copies ? 0 : singleLevels(classes) * q * p];
        ResponseLayout layout = ResponseLayout.of(design);
        int level = 0;
        for (int c = 0; c < number; c++) {
            boolean summed = copies || classes.summed(c) != null;
            int entry = copies ? c * (1 + pairs * triangle) : layout.groupClass(c);
            int[] row = {summed ? 1 : 0, entry, classes.size(c), level};
            System.arraycopy(row, 0, classInts, 4 * c, 4);
            if (!summed) {
                for (int i = 0; i < classes.size(c); i++) {
                    int at = classes.level(c, i) * q * (p + 1);
                    System.arraycopy(classes.products().b(), at, b, level * q * p, q * p);
                    level++;
                }
            } else if (!copies) {
                for (int pair = 0; pair < pairs; pair++) {
                    double[] whole = Arrays.copyOfRange(classes.summed(c), pair * triangle, (pair + 1) * triangle);
                    System.arraycopy(xTriangle(whole), 0, sums, (c * pairs + pair) * xx.length, xx.length);
                }
            }
        }
        xyEntry = copies ? number * (1 + pairs * triangle) : layout.xy();
        yyEntry = copies ? xyEntry + triangle - 1 : layout.yy();
        entries = copies ? xyEntry + triangle + 2 : layout.yy() + 1;
        start = WarmStart.of(observed, batch.start());
        scoring = start.regular() ? new ScoringStep(observed, start.x(), degrees) : null;
        bases = bases(block);
        FixedBasis fixed = design.fixed();
        r = fixed.factor();
        origin = Arrays.copyOf(fixed.coefficients(new double[p]), p + 1);
        origin[p] = fixed.scale();
        tested = batch.options().tested() == null ? new int[0] : batch.options().tested();
        centre = batch.options().centre() == null
                ? new double[tested.length]
                : batch.options().centre();
        standardErrors = batch.options().standardErrors();
    }

    /** Why the kernels cannot take a model, or {@code null} where they can. */
    static String refusal(RandomBlock block) {
        int terms = block.terms().size();
        int widest = 0;
        for (int t = 0; t < terms; t++) {
            widest = Math.max(widest, block.firstColumn(t + 1) - block.firstColumn(t));
        }
        return terms <= MOST_TERMS && widest <= WIDEST_TERM
                ? null
                : "The model has " + terms + " random-effects terms, the widest of " + widest
                        + " columns, and the cuda backend takes at most " + MOST_TERMS + " terms of at most "
                        + WIDEST_TERM + " columns.";
    }

    /** Columns of estimates: outcome, criterion, sigma, gradient norm, theta, beta, standard errors, Wald statistic. */
    int estimates() {
        return 4 + parameters + p + (standardErrors ? p : 0) + (tested.length > 0 ? 1 : 0);
    }

    /** The macros that {@code refit.cu} is compiled with. */
    Map<String, String> refitMacros() {
        Map<String, String> macros = sizes();
        macros.put("WM_X", Integer.toString(parameters));
        macros.put("WM_TERMS", Integer.toString(terms));
        macros.put("WM_WIDEST", Integer.toString(widest));
        macros.put("WM_COLUMNS", "0x" + Long.toHexString(columns));
        macros.put("WM_REML", reml ? "1" : "0");
        macros.put("WM_COPIES", copies ? "1" : "0");
        macros.put("WM_TEAM", Integer.toString(team));
        macros.put("WM_STANDARD_ERRORS", standardErrors ? "1" : "0");
        macros.put("WM_TESTED", Integer.toString(tested.length));
        return macros;
    }

    /** The macros that {@code copies.cu} is compiled with. */
    Map<String, String> copiesMacros() {
        Map<String, String> macros = sizes();
        macros.put("WM_REML", reml ? "1" : "0");
        return macros;
    }

    /** The macros of the sizes q and p. */
    Map<String, String> sizes() {
        Map<String, String> macros = new HashMap<>();
        macros.put("WM_Q", Integer.toString(q));
        macros.put("WM_P", Integer.toString(p));
        if (q > LARGE_Q || p > LARGE_P) {
            macros.put("WM_LARGE", "1");
        }
        return macros;
    }

    private static int singleLevels(GroupClasses classes) {
        int levels = 0;
        for (int c = 0; c < classes.classes(); c++) {
            levels += classes.summed(c) == null ? classes.size(c) : 0;
        }
        return levels;
    }

    /** The lower triangle of a matrix, column by column. */
    private static double[] packed(double[] matrix, int order) {
        double[] triangle = new double[order * (order + 1) / 2];
        int next = 0;
        for (int j = 0; j < order; j++) {
            for (int i = j; i < order; i++) {
                triangle[next++] = matrix[i + j * order];
            }
        }
        return triangle;
    }

    /** A packed triangle of order p + 1 without its last row. */
    private double[] xTriangle(double[] whole) {
        double[] x = new double[p * (p + 1) / 2];
        int next = 0;
        int from = 0;
        for (int j = 0; j < p; j++) {
            System.arraycopy(whole, from, x, next, p - j);
            next += p - j;
            from += p - j + 1;
        }
        return x;
    }

    /** Per term its part of the basis T. */
    private static double[] bases(RandomBlock block) {
        double[] whole = block.basis();
        double[] parts = new double[whole.length];
        int next = 0;
        for (int t = 0; t < block.terms().size(); t++) {
            for (int j = block.firstColumn(t); j < block.firstColumn(t + 1); j++) {
                for (int i = block.firstColumn(t); i < block.firstColumn(t + 1); i++) {
                    parts[next++] = whole[i + j * block.columns()];
                }
            }
        }
        return Arrays.copyOf(parts, next);
    }
}
