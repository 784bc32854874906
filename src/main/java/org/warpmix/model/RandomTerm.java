package org.warpmix.model;

/**
 * One random-effects term, {@code (z | factor)}.
 *
 * <p>A double-bar term is as many of these as it has columns, one column each: that is what its diagonal
 * covariance says. Terms on one factor share the {@link GroupingFactor} object.
 *
 * @param factor the grouping factor
 * @param names the q column names, as in R
 * @param z the q columns, each of n numbers; an intercept is a column of ones
 * @param covariance how theta fills the term's relative covariance factor
 */
public record RandomTerm(GroupingFactor factor, String[] names, double[][] z, Covariance covariance) {}
