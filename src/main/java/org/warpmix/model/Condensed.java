package org.warpmix.model;

/**
 * What the rows of a {@link ModelData} stand for where many were condensed into few with the same cross-products.
 *
 * @param rows number n of rows that were condensed
 * @param counts for each condensed row how many rows it stands for: those of its cell at the first of the cell, 0 at the others
 * @param logWeights in the same places the sums of the logarithms of their weights
 * @param ones what became of a column of ones
 * @param centre what was taken from the response, for its digits, and belongs to the intercept; 0 where the model has none
 */
public record Condensed(int rows, int[] counts, double[] logWeights, double[] ones, double centre) {}
