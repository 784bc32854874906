package org.warpmix.model;

import java.util.Map;
import java.util.Set;
import org.warpmix.table.FactorColumn;

/**
 * Condensed rows before the columns of a model are made of them.
 *
 * @param condensed what they stand for
 * @param numbers columns of the table that are variables as numbers
 * @param factors the levels of the columns that are factors, by name
 * @param products of numbers, by the names of {@link Products}
 * @param response the response less the offset
 * @param dropped number of rows left out
 */
record CondensedFrame(
        Condensed condensed,
        Set<String> numbers,
        Map<String, FactorColumn> factors,
        Map<String, double[]> products,
        double[] response,
        int dropped) {}
