package org.warpmix.likelihood;

import org.warpmix.crossprod.Crossproducts;

/** The fronts on the CPU. */
final class Fronts {

    /** Order from which one packed triangle beats a front that is stored whole. */
    static final int PACKED_FROM = 400;

    private Fronts() {}

    /** The front that suits a design. */
    static Front inMemory(Crossproducts statistics, EliminationPlan plan, BlockProducts products) {
        int order = plan.frontSize + products.width;
        if (order < PACKED_FROM) {
            return new StoredFront(plan, products);
        }
        FrontMemory.require(FrontSize.factors(statistics, plan), order);
        return new PackedFront(plan, products);
    }
}
