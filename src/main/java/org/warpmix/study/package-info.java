/**
 * Simulation studies and power: data drawn from models that are known, analysed as data are, and what comes of it counted. {@link
 * org.warpmix.study.Study} and {@link org.warpmix.study.Power} are the ways in.
 */
package org.warpmix.study;
