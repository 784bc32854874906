package org.warpmix.study;

import java.util.List;

/**
 * A search for the smallest design that has a power.
 *
 * @param size what was changed
 * @param target power wanted
 * @param found the smallest size that has it; 0 where the largest has less
 * @param looked at, in this order
 */
public record PowerSearch(Power.Size size, double target, int found, List<PowerPoint> looked) {

    public PowerSearch {
        looked = List.copyOf(looked);
    }

    /** The point that was found, or the largest that was looked at. */
    public PowerPoint point() {
        return looked.stream().filter(point -> size(point) == found).findFirst().orElse(looked.get(looked.size() - 1));
    }

    /** The size of a point. */
    public int size(PowerPoint point) {
        return size == Power.Size.GROUPS ? point.groups() : point.rows();
    }
}
