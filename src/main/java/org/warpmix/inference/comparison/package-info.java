/** Nested models compared: likelihood ratios, by chi-squared, by their mixtures on a boundary, by bootstrap, and exactly. */
package org.warpmix.inference.comparison;
