/** Study files: YAML read into a {@link org.warpmix.study.Study}, what is wrong with them told with its line. */
package org.warpmix.study.file;
