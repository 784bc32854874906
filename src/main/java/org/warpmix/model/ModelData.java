package org.warpmix.model;

import java.util.ArrayList;
import java.util.List;

/**
 * What a formula makes of a table: the response, the matrices and the factors, of the rows that are used.
 *
 * <p>{@code y = offset + X β + Σ_t Z_t b_t + ε}, {@code Var(ε_i) = σ² / weights_i}. Arrays are shared, not
 * copied, and not modified after construction.
 *
 * @param response the response as the formula names it
 * @param y n values
 * @param fixedNames the names of the columns of X, as R's {@code model.matrix} gives them
 * @param x the columns of X, each of n numbers; they may be linearly dependent
 * @param terms random-effects terms in lme4's order: by decreasing number of levels
 * @param weights n positive prior weights, or {@code null} for all ones
 * @param offset n values, or {@code null} for none
 * @param rows for each used row, its 0-based number in the table
 * @param dropped number of rows left out because something that the model uses is missing in them
 * @param condensed where the rows are condensed ones, what they stand for; else {@code null}. Their weights and the offset are in
 *     {@code y}, {@code x} and the terms, and {@code rows} is empty
 */
public record ModelData(
        String response,
        double[] y,
        String[] fixedNames,
        double[][] x,
        List<RandomTerm> terms,
        double[] weights,
        double[] offset,
        int[] rows,
        int dropped,
        Condensed condensed) {

    /** Rows as they are. */
    public ModelData(
            String response,
            double[] y,
            String[] fixedNames,
            double[][] x,
            List<RandomTerm> terms,
            double[] weights,
            double[] offset,
            int[] rows,
            int dropped) {
        this(response, y, fixedNames, x, terms, weights, offset, rows, dropped, null);
    }

    /** Number of rows that are here, which is that of the rows used unless these were condensed. */
    public int n() {
        return y.length;
    }

    /** A digest of all that a fit depends on: the same for the same rows, whatever they were read from. */
    public String digest() {
        return DataDigest.of(this);
    }

    /** Number of rows used. */
    public int observations() {
        return condensed == null ? n() : condensed.rows();
    }

    /** What a row that is here has of a column of ones: 1 unless rows were condensed. */
    public double one(int row) {
        return condensed == null ? 1 : condensed.ones()[row];
    }

    /**
     * Sees to it that the rows are as they were given.
     *
     * @param what needs them, as the beginning of a sentence
     * @throws DesignException if they were condensed
     */
    public void requireRows(String what) {
        if (condensed != null) {
            throw noRows(what);
        }
    }

    static DesignException noRows(String what) {
        return new DesignException(
                what + " cannot be had from a table that was read piece by piece: its rows were not kept."
                        + " Fit one file, or a part of the data, in memory.");
    }

    /** Names of the entries of theta as lme4 gives them, e.g. {@code Subject.Days.(Intercept)}. */
    public List<String> thetaNames() {
        List<String> names = new ArrayList<>();
        for (RandomTerm term : terms) {
            String[] columns = term.names();
            for (int j = 0; j < columns.length; j++) {
                for (int i = j; i < columns.length; i++) {
                    String row = i == j ? "" : columns[i] + ".";
                    names.add(term.factor().name() + "." + row + columns[j]);
                }
            }
        }
        return names;
    }
}
