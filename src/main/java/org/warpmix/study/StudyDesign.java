package org.warpmix.study;

import org.warpmix.random.Variates;
import org.warpmix.table.Table;

/** Groups and predictors of a study, before there is a response. Immutable. */
public interface StudyDesign {

    /**
     * The rows: grouping factors and predictors.
     *
     * @param random at the start of a stream; a design without chance takes nothing from it
     */
    Table draw(Variates random);
}
