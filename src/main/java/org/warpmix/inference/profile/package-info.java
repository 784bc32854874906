/** Profile likelihoods of all parameters and the intervals they give. */
package org.warpmix.inference.profile;
