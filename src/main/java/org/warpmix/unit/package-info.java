/**
 * Long runs cut into numbered units, so that they survive being killed and can be split over machines.
 *
 * <p>A unit's result is bytes, and a function of the run's {@link org.warpmix.unit.RunIdentity} and the unit's number alone: not of
 * threads, nor of which shard or which attempt computes it. The answer of the run is computed from the units' results in ascending
 * order, always by the same code. So a run that was resumed, or merged from shards, gives the same bits as one in one go.
 */
package org.warpmix.unit;
