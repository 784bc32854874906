/**
 * One design, many responses: estimates and tests column by column, false discovery rates over them, and cluster permutation
 * tests over an adjacency of the columns.
 */
package org.warpmix.many;
