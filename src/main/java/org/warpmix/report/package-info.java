/**
 * A fit as text and as JSON.
 * <p>Nothing is printed here: {@code cli} sends the text where it belongs.
 */
package org.warpmix.report;
