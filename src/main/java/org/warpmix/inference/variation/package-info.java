/** Where variation comes from: intraclass correlation, variance explained, pooling, within and between groups. */
package org.warpmix.inference.variation;
