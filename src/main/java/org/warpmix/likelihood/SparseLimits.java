package org.warpmix.likelihood;

/**
 * When crossed factors are eliminated level by level, and when by a dense front. A multiplication of a dense factor costs a
 * tenth of one between levels that are looked up, so dense wins unless few levels meet.
 *
 * @param fewest fewer levels than that go to a dense front at once
 * @param meetings pairs of levels that meet, as a share of all, from which all are taken as dense
 * @param share of the others that a level meets when its turn comes at which what is left is taken as dense
 * @param rest as many levels are left to the front in any case
 */
record SparseLimits(int fewest, double meetings, double share, int rest) {

    static final SparseLimits DEFAULTS = new SparseLimits(300, 0.05, 0.3, 48);
}
