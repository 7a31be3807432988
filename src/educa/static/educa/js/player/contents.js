/** What contents may have in them: a lesson that is put into the page brings no scripts of its own. */

import "../video-facade.js";
