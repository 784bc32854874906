package org.warpmix.replicate;

import java.util.Arrays;

/**
 * The jackknife over the levels of the one grouping factor: replicate i leaves out level i − 1 and takes all others once.
 * There are as many replicates as levels; nothing is random.
 *
 * @param levels number of levels J
 */
public record LeaveOneGroupOut(int levels) implements ReplicateSource.Multiplicities {

    @Override
    public Drawer drawer() {
        return (first, count, into) -> {
            for (int level = 0; level < levels; level++) {
                Arrays.fill(into[level], 0, count, 1);
                long at = level + 1 - first;
                if (at >= 0 && at < count) {
                    into[level][(int) at] = 0;
                }
            }
        };
    }
}
